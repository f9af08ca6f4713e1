/// An allocation as one digit per layer in groups of four: "8844 4488 4444 8888".
enum BitMap {
    /// The digit of a precision's bits: itself up to 9, `f` for 16-bit floats, `F` for 32, `*` for a layer whose
    /// matrices differ (0), `?` for anything else.
    static func digit(_ bits: Int) -> Character {
        switch bits {
        case 0: "*"
        case 1...9: Character(String(bits))
        case 16: "f"
        case 32: "F"
        default: "?"
        }
    }

    /// The digits of all layers, first to last.
    /// - Parameter differing: layers that are underlined when colour is on.
    static func text(_ bits: [Int], differing: Set<Int> = [], colour: Colour = .off) -> String {
        var text = ""
        for (layer, value) in bits.enumerated() {
            if layer > 0, layer % 4 == 0 { text.append(" ") }
            text += colour.paint(String(digit(value)), differing.contains(layer) ? [.bold, .underline] : [])
        }
        return text
    }

    /// One mark below each layer, up to the last that differs: `^` there, else a blank; grouped as `text` is.
    static func marks(_ count: Int, differing: Set<Int>) -> String {
        var text = ""
        for layer in 0..<min(count, (differing.max() ?? -1) + 1) {
            if layer > 0, layer % 4 == 0 { text.append(" ") }
            text.append(differing.contains(layer) ? "^" : " ")
        }
        return text
    }

    /// What the letters mean, for maps that contain them.
    static func legend(_ allocations: [[Int]]) -> String? {
        let letters = [
            (16, "f: 16 bits"), (32, "F: 32 bits"), (0, "*: the layer's matrices differ"),
        ].filter { letter in
            allocations.contains { $0.contains(letter.0) }
        }
        return letters.isEmpty ? nil : letters.map(\.1).joined(separator: ", ")
    }
}
