/// Several names in short, as a shell reads them: "main-0.2-{1,2,3}".
enum NameList {
    /// What the names have in common stands once, where that makes them shorter.
    static func text(_ names: [String]) -> String {
        let plain = names.joined(separator: " ")
        guard names.count > 1, let first = names.first else { return plain }
        var prefix = first
        for name in names { prefix = prefix.commonPrefix(with: name) }
        let ends = names.map { $0.dropFirst(prefix.count) }
        // Names that differ in more than their ends are easier to read whole.
        guard !prefix.isEmpty, ends.allSatisfy({ !$0.isEmpty && $0.count <= 8 }) else { return plain }
        return prefix + "{" + ends.joined(separator: ",") + "}"
    }
}

extension String {
    fileprivate func commonPrefix(with other: String) -> String {
        String(zip(self, other).prefix { $0 == $1 }.map(\.0))
    }
}
