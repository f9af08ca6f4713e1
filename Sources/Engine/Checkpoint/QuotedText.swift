extension String {
    /// The text in quotes for a message of one line: control characters escaped, long text cut.
    ///
    /// Names in messages come from files; a line feed in one must not break the line, nor a megabyte fill the screen.
    var quoted: String {
        var text = "'"
        for (index, scalar) in unicodeScalars.enumerated() {
            if index == 120 {
                text += "…"
                break
            }
            switch scalar.properties.generalCategory {
            case .control, .lineSeparator, .paragraphSeparator, .format:
                text += "\\u{\(String(scalar.value, radix: 16))}"
            default:
                text.unicodeScalars.append(scalar)
            }
        }
        return text + "'"
    }
}
