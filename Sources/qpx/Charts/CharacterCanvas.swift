/// A drawing of characters for the terminal: a grid of cells, each one column wide.
struct CharacterCanvas: Sendable {
    /// Columns.
    let width: Int
    /// Rows.
    let height: Int
    private var cells: [(character: Character, styles: [Colour.Style])]

    init(width: Int, height: Int) {
        self.width = max(1, width)
        self.height = max(1, height)
        cells = [(character: Character, styles: [Colour.Style])](
            repeating: (" ", []), count: self.width * self.height)
    }

    /// Whether nothing is drawn at a place.
    func isEmpty(column: Int, row: Int) -> Bool {
        !isInside(column, row) || cells[row * width + column].character == " "
    }

    /// Draws one character; places outside are left out.
    mutating func put(_ character: Character, column: Int, row: Int, _ styles: [Colour.Style] = []) {
        guard isInside(column, row) else { return }
        cells[row * width + column] = (character, styles)
    }

    /// Draws text to the right of a place.
    mutating func put(_ text: String, column: Int, row: Int, _ styles: [Colour.Style] = []) {
        for (offset, character) in text.withoutControlCharacters.enumerated() {
            put(character, column: column + offset, row: row, styles)
        }
    }

    /// The rows, each ending with a line feed and none with a blank.
    func rendered(_ colour: Colour) -> String {
        (0..<height).map { row in
            var cells = Array(self.cells[row * width..<(row + 1) * width])
            while cells.last?.character == " " { cells.removeLast() }
            return cells.map { colour.paint(String($0.character), $0.styles) }.joined() + "\n"
        }.joined()
    }

    private func isInside(_ column: Int, _ row: Int) -> Bool {
        (0..<width).contains(column) && (0..<height).contains(row)
    }
}
