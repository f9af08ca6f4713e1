internal import Store

extension AllocationDrawing {
    func text(width: Int, colour: Colour) -> String? {
        let map = BitMap(names: shown.flatMap { $0.allocation.names(splitting: true) }, isSplit: false)
        let columns = Array(shown.prefix(max(1, width - 8)))
        let symbols = columns.map { column in
            column.allocation.layers.indices.map { layer -> Character in
                let names = Set(column.allocation.modules(layer))
                guard names.count == 1, let name = names.first else { return "*" }
                return map.symbol(name)
            }
        }
        var lines = (0..<depth).map { layer in
            let number = String(layer)
            return String(repeating: " ", count: max(0, 5 - number.count)) + number + "  "
                + String(symbols.map { $0[layer] })
        }
        lines.insert("layer  " + Self.heading(order), at: 0)
        var legend = [map.legend, symbols.joined().contains("*") ? "*: modules differ" : nil].compactMap(\.self)
        if columns.count < self.columns.count { legend.append("\(columns.count) of \(self.columns.count) trials") }
        legend.append("from the left: " + Self.list(columns.map(\.trial.trial.name), width: width - 15))
        return (lines + legend.map { colour.paint($0.withoutControlCharacters, [.dim]) }).map { $0 + "\n" }.joined()
    }

    private static func heading(_ order: PlotSubject.Order) -> String {
        switch order {
        case .value: "trials, best first"
        case .number: "trials by number"
        case .given: "trials as asked for"
        }
    }

    private static func list(_ names: [String], width: Int) -> String {
        var text = ""
        for name in names {
            let next = text.isEmpty ? name : text + ", " + name
            guard next.displayWidth <= max(20, width - 3) else { return text + ", …" }
            text = next
        }
        return text
    }
}
