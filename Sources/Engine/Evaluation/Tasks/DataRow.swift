/// One row of a data set and where it stands, for messages.
public struct DataRow: Sendable, Equatable {
    /// Where a row stands in its file.
    public enum Place: Sendable, Equatable, CustomStringConvertible {
        /// A line, from 1.
        case line(Int)
        /// An entry of a list or table, from 0.
        case entry(Int)

        /// ":3" for a line, ", row 2" for an entry, to stand behind the file's name.
        public var description: String {
            switch self {
            case .line(let line): ":\(line)"
            case .entry(let index): ", row \(index)"
            }
        }
    }

    /// The row: an object.
    public var value: JSONValue
    /// Its file.
    public let file: String
    /// Its place in the file.
    public let place: Place

    /// The text of a field.
    func text(_ field: String) throws(TaskDataError) -> String {
        let found = try self.value(field)
        guard let text = found.text else { throw wrong(field, "a text", found) }
        return text
    }

    /// The texts of a field that is a list.
    func texts(_ field: String) throws(TaskDataError) -> [String] {
        let found = try self.value(field)
        return try texts(found, field)
    }

    /// The value of a field that must be there.
    func value(_ field: String) throws(TaskDataError) -> JSONValue {
        guard let found = value[field], !found.isNull else {
            throw .missingField(file: file, place: place, field: field)
        }
        return found
    }

    /// The number of the right choice: a number, digits in a text, or a truth value (true is 1).
    ///
    /// Rows of a test split have an empty text or −1, which is no label.
    func label(_ field: String, choices: Int) throws(TaskDataError) -> Int {
        guard let found = value[field] else { throw .missingField(file: file, place: place, field: field) }
        let number: Int?
        switch found {
        case .null: throw unlabeled(field)
        case .boolean(let flag): number = flag ? 1 : 0
        case .string(let text):
            let digits = PythonText.stripped(text)
            if digits.isEmpty { throw unlabeled(field) }
            number = Int(digits)
        default: number = found.integer
        }
        guard let number else { throw wrong(field, "the number of the right choice", found) }
        if number == -1 { throw unlabeled(field) }
        guard (0..<choices).contains(number) else {
            throw .badLabel(file: file, place: place, field: field, found: found.summary, choices: choices)
        }
        return number
    }

    /// The texts and labels of choices, as a list of `{text, label}` or as `{text: […], label: […]}`.
    func choices(_ found: JSONValue, _ field: String) throws(TaskDataError) -> (texts: [String], labels: [String]) {
        let texts: [String]
        let labels: [String]
        if let elements = found.elements {
            texts = try self.texts(.array(elements.map { $0["text"] ?? .null }), field)
            labels = try self.texts(.array(elements.map { $0["label"] ?? .null }), field)
        } else {
            texts = try self.texts(found["text"] ?? .null, field)
            labels = try self.texts(found["label"] ?? .null, field)
        }
        guard texts.count == labels.count, texts.count >= 2 else {
            throw wrong(field, "as many labels as texts, at least two", found)
        }
        return (texts, labels)
    }

    /// The place of a key such as "B" or "2" among the labels of the choices.
    func index(of key: String, field: String, among labels: [String]) throws(TaskDataError) -> Int {
        if key.isEmpty { throw unlabeled(field) }
        guard let index = labels.firstIndex(of: key) else {
            throw .badKey(file: file, place: place, field: field, found: key, labels: labels)
        }
        return index
    }

    func wrong(_ field: String, _ expected: String, _ found: JSONValue) -> TaskDataError {
        .wrongType(file: file, place: place, field: field, expected: expected, found: found.summary)
    }

    private func unlabeled(_ field: String) -> TaskDataError { .unlabeled(file: file, place: place, field: field) }

    private func texts(_ found: JSONValue, _ field: String) throws(TaskDataError) -> [String] {
        let texts = found.elements?.compactMap(\.text)
        guard let texts, texts.count == found.elements?.count else { throw wrong(field, "a list of texts", found) }
        return texts
    }
}

extension JSONValue {
    /// Whether two rows hold the same: the order of members does not count, nor does a member that is null.
    func isSameRow(as other: JSONValue) -> Bool {
        switch (self, other) {
        case (.object(let mine), .object(let theirs)):
            let (a, b) = (mine.filter { !$0.value.isNull }, theirs.filter { !$0.value.isNull })
            return a.count == b.count
                && a.allSatisfy { member in
                    b.last { $0.name == member.name }.map { member.value.isSameRow(as: $0.value) } ?? false
                }
        case (.array(let mine), .array(let theirs)):
            return mine.count == theirs.count && zip(mine, theirs).allSatisfy { $0.isSameRow(as: $1) }
        default: return self == other
        }
    }
}
