#!/usr/bin/env bash
# Measures what stopping trials early saves and what it costs: the same searches with and without races.
#
#   reports/racing.sh QPX MODEL DATA FOLDER
#
# QPX is the program, MODEL a checkpoint, DATA a folder with text/brown-train.txt, text/brown-valid.txt and tasks/*.jsonl,
# FOLDER where the database is made; searches that it has already are not run again. Prints Markdown tables. Seconds are
# processor time of one thread.
set -euo pipefail
qpx=$1 model=$2 data=$3 out=$4
mkdir -p "$out"
export QPX_DB=$out/qpx.db
[ -e "$QPX_DB" ] || "$qpx" init --quiet
tasks=$data/tasks

common=(--model "$model" --parameters-removed 0.2 --calibration "$data/text/brown-train.txt" --choices 2 3 4 8
    --budget 3.6bpw --trials 20 --recovery-text "$data/text/brown-train.txt" --recovery-steps 40 --batch 4
    --sequence-length 64 --learning-rate 0.001 --no-references --threads 1 --quiet)
loss=(--objective loss --objective-text "$data/text/brown-valid.txt" --task "$tasks"/*.jsonl --task-limit 50)
accuracy=(--objective accuracy --task "$tasks/blimp.jsonl" "$tasks/arc_easy.jsonl" "$tasks/piqa.jsonl" --task-limit 300)

searched() { # OBJECTIVE SEED RULE
    local name=$1-$2-$3
    [ -e "$out/$name.seconds" ] && return
    local -n objective=$1
    TIMEFORMAT=%U
    { time "$qpx" search "${common[@]}" "${objective[@]}" --seed "$2" --early-stopping "$3" --name "$name" \
        > "$out/$name.txt" 2> "$out/$name.log"; } 2> "$out/$name.time"
    mv "$out/$name.time" "$out/$name.seconds"
}
value() { "$qpx" show "$1" --json --quiet | sed -n "s/^ *\"$2\": \([-0-9.e]*\),\{0,1\}$/\1/p" | head -n 1; }
row() { printf '| %s |\n' "$(printf ' | %s' "$@" | cut -c4-)"; }
stopped() { # SEARCH: names and fidelities of its stopped trials
    "$qpx" trials "$1" --json --quiet \
        | awk -F'"' '/"trial":/ { trial = $4 } /"fidelity": 0/ { split($0, f, /: |,/); print trial, f[2] }'
}

for objective in loss accuracy; do
    seeds='1 2 3'
    [ $objective = accuracy ] && seeds=1
    for seed in $seeds; do
        for rule in none racing; do searched $objective $seed $rule; done
    done
done
[ "${5:-}" = searches ] && exit

echo "## What part of a trial is evaluation"; echo
row objective 'seconds per trial' 'of which evaluation'; echo '| --- | ---: | ---: |'
pruned=$(find "$out/qpx.artifacts" -name model.safetensors | head -n 1)
for objective in loss accuracy; do
    case $objective in
        loss) what=("${loss[@]:4}" --text "$data/text/brown-valid.txt" --text-protocol plain) ;;
        accuracy) what=("${accuracy[@]:2}") ;;
    esac
    file=$out/$objective.eval
    TIMEFORMAT=%U
    [ -s "$file" ] \
        || { time "$qpx" eval --model "${pruned%/*}" "${what[@]}" --threads 1 --quiet > "$out/eval.txt" 2>&1; } 2> "$file"
    row $objective "$(awk '{ printf "%.1f", $1 / 20 }' "$out/$objective-1-none.seconds")" "$(printf %.1f "$(cat "$file")")"
done

echo; echo "## The same search with and without races"; echo
row search seed 'seconds, whole' 'seconds, racing' 'stopped' 'scored of the stopped ones' 'best, whole' 'best, racing'
echo '| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |'
for objective in loss accuracy; do
    for seed in 1 2 3; do
        name=$objective-$seed
        [ -e "$out/$name-racing.seconds" ] || continue
        list=$(stopped $name-racing)
        row $objective $seed "$(cat "$out/$name-none.seconds")" "$(cat "$out/$name-racing.seconds")" \
            "$(grep -c . <<< "$list" || true)" \
            "$(awk '{ s += $2 } END { if (NR) printf "%.0f %%", 100 * s / NR }' <<< "$list")" \
            "$(printf %.4f "$(value $name-none/best objective_value)")" \
            "$(printf %.4f "$(value $name-racing/best objective_value)")"
    done
done

echo; echo "## Stopped trials evaluated whole"; echo
row trial scored estimate '± se' whole 'best of its search'; echo '| --- | ---: | ---: | ---: | ---: | ---: |'
for name in loss-1 loss-2 loss-3 accuracy-1; do
    stopped $name-racing | sort -k2 -n | awk '{ line[NR] = $0 } END { print line[1]; if (NR > 1) print line[NR] }' \
        | while read -r trial part; do
            [ -n "$trial" ] || continue
            file=$out/${trial/\//-}.whole
            [ -s "$file" ] || "$qpx" rerun "$trial" --whole --threads 1 --json --quiet > "$file"
            number() { sed -n "s/^ *\"$1\": \([-0-9.e]*\),\{0,1\}$/\1/p" "$file" | head -n 1; }
            row "$trial" "$(awk -v p="$part" 'BEGIN { printf "%.1f %%", 100 * p }')" "$(printf %.4f "$(number estimate)")" \
                "$(printf %.4f "$(number stderr)")" "$(printf %.4f "$(number value)")" \
                "$(printf %.4f "$(value $name-racing/best objective_value)")"
        done
done

echo; echo "## Races run again on what the whole searches recorded, in 1000 orders of trials and examples each"; echo
row search confidence stages raced winners 'of them stopped' stopped scored 'best is worse by'
echo '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |'
for name in loss-1 loss-2 loss-3 accuracy-1; do
    for setting in '0.9 5' '0.95 5' '0.99 3' '0.99 5' '0.99 7' '0.999 5'; do
        read -r confidence stages <<< "$setting"
        "$qpx" race $name-none --racing-confidence "$confidence" --racing-stages "$stages" --orders 1000 \
            --shuffle-trials --json --quiet > "$out/replay.json"
        number() { sed -n "s/^ *\"$1\": \([-0-9.e]*\),\{0,1\}$/\1/p" "$out/replay.json" | head -n 1; }
        row $name "$confidence" "$stages" "$(printf %.2f "$(number trials)")" "$(printf %.2f "$(number winners)")" \
            "$(printf %.4f "$(number wronged)")" "$(printf %.2f "$(number stopped)")" \
            "$(awk -v s="$(number scored)" 'BEGIN { printf "%.1f %%", 100 * s }')" "$(printf %.5f "$(number lost)")"
    done
done
