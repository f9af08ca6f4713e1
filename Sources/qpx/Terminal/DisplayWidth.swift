/// Widths of text on a terminal, in columns.
extension String {
    /// Columns that this text takes: two for East Asian wide characters and emoji, none for combining marks.
    var displayWidth: Int { reduce(0) { $0 + $1.displayWidth } }

    /// The text without control characters, so that a name from a file cannot move the cursor or break a table.
    var withoutControlCharacters: String {
        guard unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return self }
        return String(
            String.UnicodeScalarView(
                unicodeScalars.map { $0.properties.generalCategory == .control ? Unicode.Scalar(0xFFFD) ?? $0 : $0 }))
    }

    /// The text cut to at most `width` columns, with `…` where something is missing.
    func truncated(toWidth width: Int) -> String {
        guard displayWidth > width else { return self }
        guard width > 1 else { return width == 1 ? "…" : "" }
        var kept = ""
        var used = 0
        for character in self {
            guard used + character.displayWidth <= width - 1 else { break }
            kept.append(character)
            used += character.displayWidth
        }
        return kept + "…"
    }

    /// The text filled with blanks to `width` columns.
    func padded(toWidth width: Int, isRight: Bool) -> String {
        let blanks = String(repeating: " ", count: max(0, width - displayWidth))
        return isRight ? blanks + self : self + blanks
    }
}

extension Character {
    /// Columns that this character takes.
    fileprivate var displayWidth: Int {
        guard let first = unicodeScalars.first else { return 0 }
        switch first.value {
        case 0x1100...0x115F, 0x2E80...0x303E, 0x3041...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F,
            0xFF00...0xFF60, 0xFFE0...0xFFE6, 0x1F300...0x1F64F, 0x1F680...0x1F6FF, 0x1F900...0x1F9FF,
            0x20000...0x3FFFD:
            return 2
        default:
            return first.properties.generalCategory == .nonspacingMark ? 0 : 1
        }
    }
}
