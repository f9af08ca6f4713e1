#!/usr/bin/env bash
# Measures each place where qpx departs from a reference on purpose: the reference's way beside qpx's way.
#
#   reports/method.sh QPX MODEL TEXTS FOLDER
#
# QPX is the program, MODEL a checkpoint, TEXTS a folder with brown-train.txt and brown-valid.txt, FOLDER a new folder
# for what is made on the way. Prints Markdown tables of losses on brown-valid.txt, nats per token.
set -euo pipefail
qpx=$1 model=$2 train=$3/brown-train.txt valid=$3/brown-valid.txt out=$4
mkdir -p "$out"

loss() {
    "$qpx" eval "$@" --text "$valid" --text-protocol plain --json --quiet \
        | sed -n 's|.*"mean_loss": \([0-9]*\.[0-9]\{4\}\).*|\1|p' | head -n 1
}
pruned() { # NAME RATIO SEED OPTIONS…
    local folder=$out/$1-$2-$3 ratio=$2 seed=$3
    shift 3
    "$qpx" prune --model "$model" --ratio "$ratio" --prune-layers all --seed "$seed" --calibration "$train" \
        --calibration-samples 10 --calibration-length 64 --out "$folder" --quiet "$@" > "$folder.log"
    loss --model "$folder"
    rm -r "$folder"
}
row() { printf '| %s |\n' "$(printf ' | %s' "$@" | cut -c4-)"; }

echo "intact: $(loss --model "$model")"
echo; echo "## Pairing of query and key/value heads"; echo
row ratio seed llm-pruner model; echo '| --- | --- | ---: | ---: |'
for ratio in 0.25 0.4; do
    for seed in 1 2; do
        row $ratio $seed "$(pruned g $ratio $seed --gqa-pairing llm-pruner)" "$(pruned g $ratio $seed --gqa-pairing model)"
    done
done

echo; echo "## Second order"; echo
row ratio seed param_first 'param_mix, scale 1' 'param_mix, scale sum' param_second; echo '| --- | --- | ---: | ---: | ---: | ---: |'
for ratio in 0.25 0.6; do
    for seed in 1 2; do
        row $ratio $seed "$(pruned s $ratio $seed --importance param_first)" \
            "$(pruned s $ratio $seed --importance param_mix --fisher-scale 1)" \
            "$(pruned s $ratio $seed --importance param_mix --fisher-scale sum)" \
            "$(pruned s $ratio $seed --importance param_second)"
    done
done

echo; echo "## Low-bit tables"; echo
row bits NormalFloat 'symmetric NormalFloat' Lloyd uniform; echo '| --- | ---: | ---: | ---: | ---: |'
for bits in 2 3 4; do
    cells=()
    for precision in nf$bits nf${bits}_sym lm$bits uniform$bits; do
        "$qpx" quantize --model "$model" --precision $precision --out "$out/q-$precision" --quiet > /dev/null
        cells+=("$(loss --model "$out/q-$precision")")
    done
    row $bits "${cells[@]}"
done

echo; echo "## Start of the adapters, alpha / rank = 2, 40 steps"; echo
row precision kaiming 'loftq, peft scaling, T = 1' 'loftq, T = 1' 'loftq, peft scaling, T = 5' 'loftq, T = 5'; echo '| --- | ---: | ---: | ---: | ---: | ---: |'
recovered() { # NAME PRECISION OPTIONS…
    local folder=$out/r-$1 precision=$2
    shift 2
    "$qpx" recover --model "$model" --precision "$precision" --recovery-text "$train" --recovery-steps 40 --seed 1 \
        --out "$folder" --quiet "$@" > "$folder.log"
    loss --model "$folder/base" --adapters "$folder"
}
for precision in nf2 nf4; do
    row $precision "$(recovered $precision-k $precision --init kaiming)" \
        "$(recovered $precision-p1 $precision --init loftq --loftq-scaling peft)" \
        "$(recovered $precision-c1 $precision --init loftq)" \
        "$(recovered $precision-p5 $precision --init loftq --loftq-scaling peft --loftq-iterations 5 --loftq-keep last)" \
        "$(recovered $precision-c5 $precision --init loftq --loftq-iterations 5)"
done

echo; echo "## Layer importance: the first allocation within 3.6 bits per weight of nf2, nf3, nf4, int8"; echo
row measure 'greedy' 'exact' 'greedy, loss' 'exact, loss'; echo '| --- | --- | --- | ---: | ---: |'
allocate() { # MEASURE RULE SIGNAL…
    local name=$1 rule=$2
    shift 2
    "$qpx" importance --model "$model" --calibration "$train" --calibration-samples 32 --measure "$name" "$@" \
        --choices 2 3 4 8 --budget 3.6bpw --no-record --json --quiet \
        | tr -d '\n' | sed "s/.*\"rule\": \"$rule\", *\"allocation\": \(\[[^]]*\]\).*/\1/" > "$out/$name-$rule.json"
    "$qpx" quantize --model "$model" --allocation "$out/$name-$rule.json" --out "$out/a-$name-$rule" --quiet > /dev/null
    loss --model "$out/a-$name-$rule"
}
shown() { tr -d '[]", ' < "$1" | sed 's/nf//g; s/int//g'; }
for measure in plug_in nearest_neighbours cca quantization_error fisher_error loss_increase; do
    greedy=$(allocate $measure greedy)
    exact=$(allocate $measure exact)
    row $measure "$(shown "$out/$measure-greedy.json")" "$(shown "$out/$measure-exact.json")" "$greedy" "$exact"
done
