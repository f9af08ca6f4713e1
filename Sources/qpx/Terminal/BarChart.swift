/// Horizontal bars of characters, for a column of a table.
enum BarChart {
    /// Eighths of a character, so that short differences show.
    private static let eighths: [Character] = ["▏", "▎", "▍", "▌", "▋", "▊", "▉"]

    /// One bar per value, the largest `width` characters long; values that are not positive have none.
    static func bars(_ values: [Double], width: Int = 24) -> [String] {
        let largest = values.filter(\.isFinite).max() ?? 0
        return values.map { value in
            guard largest > 0, value.isFinite, value > 0 else { return "" }
            let parts = Int((value / largest * Double(8 * width)).rounded())
            let bar = String(repeating: "█", count: parts / 8)
            let rest = parts % 8
            return rest > 0 ? bar + String(eighths[rest - 1]) : bar
        }
    }
}
