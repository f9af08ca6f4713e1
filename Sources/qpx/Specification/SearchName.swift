/// Names that users give to searches.
enum SearchName {
    /// Refuses a name that could be mistaken for something else where a search or a trial is asked for.
    static func check(_ name: String, says origin: String) throws(Failure) {
        let isPlain = name.unicodeScalars.allSatisfy { scalar in
            scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.".unicodeScalars.contains(scalar)
        }
        guard isPlain, let first = name.first, first != "-", first != ".", name.count <= 80 else {
            throw .usage(
                "\(origin): '\(name)' cannot be the name of a search",
                hint: "use letters, digits, '-', '_' and '.', at most 80, the first not '-' or '.'")
        }
        guard name != "best", !name.allSatisfy({ $0.isNumber }) else {
            throw .usage("\(origin): '\(name)' would be taken for a trial", hint: "put a word into the name")
        }
    }
}
