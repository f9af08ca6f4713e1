/// Values as the user wrote them, by the name of their flag, before anything is made of them.
///
/// Flags and specification files both become settings, so that everything that a flag can say a file can say too, with
/// the same checks and the same messages.
struct Settings: Sendable, Equatable {
    /// Where a value was written.
    enum Origin: Sendable, Equatable, CustomStringConvertible {
        /// On the command line.
        case flag(String)
        /// In a specification file.
        case file(path: String, line: Int, name: String)
        /// Elsewhere, as it is to be said in a message.
        case text(String)

        var description: String {
            switch self {
            case .flag(let name): "--\(name)"
            case .file(let path, let line, let name): "\(path), line \(line): \(name)"
            case .text(let text): text
            }
        }
    }

    /// One setting.
    struct Value: Sendable, Equatable {
        /// One text, or several where the setting is a list.
        var texts: [String]
        /// Where it was written.
        var origin: Origin
    }

    private(set) var values: [String: Value] = [:]

    /// Records a value given as a flag; nothing happens when it was not given.
    mutating func set(_ name: String, flag text: String?) {
        if let text { values[name] = Value(texts: [text], origin: .flag(name)) }
    }

    /// Records a list given as a flag; nothing happens when it was not given.
    mutating func set(_ name: String, flag texts: [String]) {
        if !texts.isEmpty { values[name] = Value(texts: texts, origin: .flag(name)) }
    }

    /// Records a switch; nothing happens when it was not given.
    mutating func set(_ name: String, flag isOn: Bool?) {
        if let isOn { set(name, flag: isOn ? "true" : "false") }
    }

    /// Records any value.
    mutating func set(_ name: String, _ value: Value) { values[name] = value }

    /// These settings where given, else the others: flags over a file.
    func over(_ others: Settings) -> Settings {
        Settings(values: others.values.merging(values) { _, mine in mine })
    }

    /// Whether a value was given.
    func has(_ name: String) -> Bool { values[name] != nil }

    /// How to speak of a setting in a message: where it was written, or its flag.
    func spoken(_ name: String) -> String { values[name]?.origin.description ?? "--\(name)" }
}

/// Typed reading. Every message begins with the place where the value was written.
extension Settings {
    /// A text; nil when it was not given.
    func text(_ name: String) throws(Failure) -> String? {
        guard let value = values[name] else { return nil }
        guard value.texts.count == 1, let text = value.texts.first else {
            throw .usage("\(value.origin): expected one value, found \(value.texts.count)")
        }
        guard !text.isEmpty else { throw .usage("\(value.origin): the value is empty") }
        return text
    }

    /// A list; empty when it was not given.
    /// - Parameter splitsCommas: whether `2,4,8` is three elements.
    func texts(_ name: String, splitsCommas: Bool = false) throws(Failure) -> [String] {
        guard let value = values[name] else { return [] }
        var texts = value.texts
        if splitsCommas {
            texts = texts.flatMap { $0.split(separator: ",", omittingEmptySubsequences: false).map(String.init) }
        }
        guard texts.allSatisfy({ !$0.isEmpty }) else { throw .usage("\(value.origin): an element is empty") }
        return texts
    }

    /// A whole number in a range.
    func integer(_ name: String, in range: ClosedRange<Int>) throws(Failure) -> Int? {
        guard let text = try text(name) else { return nil }
        guard let number = Int(text) else {
            throw .usage("\(spoken(name)): '\(text)' is not a whole number (\(Self.sentence(range)))")
        }
        guard range.contains(number) else {
            throw .usage("\(spoken(name)): \(text) is out of range (\(Self.sentence(range)))")
        }
        return number
    }

    /// A seed: any whole number that is not negative, up to 2⁶⁴ − 1.
    func seed(_ name: String) throws(Failure) -> UInt64? {
        guard let text = try text(name) else { return nil }
        guard let number = UInt64(text) else {
            throw .usage("\(spoken(name)): '\(text)' is not a seed (a whole number from 0 to 18446744073709551615)")
        }
        return number
    }

    /// A number for which a condition holds.
    /// - Parameter condition: in words, for the message: "at least 0 and less than 1".
    func number(
        _ name: String, _ condition: String, where holds: (Double) -> Bool
    ) throws(Failure) -> Double? {
        guard let text = try text(name) else { return nil }
        guard let number = Double(text), number.isFinite else {
            throw .usage("\(spoken(name)): '\(text)' is not a number (\(condition))")
        }
        guard holds(number) else { throw .usage("\(spoken(name)): \(text) is out of range (\(condition))") }
        return number
    }

    /// One of a few words.
    func word<Word: RawRepresentable & CaseIterable>(
        _ name: String, _ type: Word.Type
    ) throws(Failure) -> Word? where Word.RawValue == String {
        guard let text = try text(name) else { return nil }
        if let word = Word(rawValue: text) { return word }
        throw unknown(text, in: name, known: Word.allCases.map(\.rawValue))
    }

    /// A list of a few words, each at most once.
    func words<Word: RawRepresentable & CaseIterable & Equatable>(
        _ name: String, _ type: Word.Type
    ) throws(Failure) -> [Word]? where Word.RawValue == String {
        guard has(name) else { return nil }
        var words: [Word] = []
        for text in try texts(name, splitsCommas: true) {
            guard let word = Word(rawValue: text) else {
                throw unknown(text, in: name, known: Word.allCases.map(\.rawValue))
            }
            guard !words.contains(word) else { throw .usage("\(spoken(name)): '\(text)' is there twice") }
            words.append(word)
        }
        return words
    }

    /// A switch.
    func flag(_ name: String) throws(Failure) -> Bool? {
        guard let text = try text(name) else { return nil }
        switch text.lowercased() {
        case "true", "yes", "on": return true
        case "false", "no", "off": return false
        default: throw .usage("\(spoken(name)): '\(text)' is neither true nor false")
        }
    }

    /// The error for a word that is none of the known ones.
    func unknown(_ text: String, in name: String, known: [String]) -> Failure {
        .usage(
            "\(spoken(name)): unknown value '\(text)'." + Suggestion.question(for: text, in: known),
            hint: "it is one of \(known.joined(separator: ", "))")
    }

    private static func sentence(_ range: ClosedRange<Int>) -> String {
        range.upperBound == Int.max ? "at least \(range.lowerBound)" : "\(range.lowerBound) to \(range.upperBound)"
    }
}
