internal import Engine

/// The widths of a model's layers as commands print them.
struct LayerShapes {
    private let configuration: ModelConfiguration

    init(_ configuration: ModelConfiguration) { self.configuration = configuration }

    /// One object per layer, first to last.
    var json: JSONValue {
        .array(
            configuration.layers.map { layer in
                [
                    "heads": .int(layer.heads), "kv_heads": .int(layer.keyValueHeads),
                    "head_dim": .int(configuration.headDimension), "intermediate": .int(layer.intermediate),
                ]
            })
    }

    /// One row for every run of layers of the same widths.
    var table: Table {
        var table = Table(
            title: "Layers", isSeparate: true,
            [
                .word("layers"), .number("heads"), .number("kv_heads"), .number("head_dim"), .number("intermediate"),
                .number("parameters each"),
            ])
        for run in runs {
            let layer = configuration.layers[run.lowerBound]
            let parameters =
                configuration.projectionWeights(ofLayer: run.lowerBound)
                + configuration.vectorElements(ofLayer: run.lowerBound)
            table.add([
                Table.Cell(Self.text(run)), Table.Cell(String(layer.heads)), Table.Cell(String(layer.keyValueHeads)),
                Table.Cell(String(configuration.headDimension)), Table.Cell(String(layer.intermediate)),
                Table.Cell(NumberText.grouped(parameters)),
            ])
        }
        return table
    }

    /// Layers counted from 0, first and last: "4-11", or "4".
    static func text(_ layers: Range<Int>) -> String {
        layers.count == 1 ? "\(layers.lowerBound)" : "\(layers.lowerBound)-\(layers.upperBound - 1)"
    }

    private var runs: [Range<Int>] {
        var runs: [Range<Int>] = []
        for (index, layer) in configuration.layers.enumerated() {
            if let last = runs.last, configuration.layers[last.lowerBound] == layer {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }
}

/// Names and values, line by line.
struct FactTable {
    private(set) var table: Table

    init(title: String) { table = Table(title: title, [.word(""), .text("")]) }

    /// Adds a line.
    mutating func add(_ name: String, _ value: String) { table.add([Table.Cell(name), Table.Cell(value)]) }
}
