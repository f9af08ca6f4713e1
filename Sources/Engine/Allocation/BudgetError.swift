/// Why a budget cannot be used.
public enum BudgetError: EngineError {
    /// The text does not begin with a number.
    case notANumber(text: String)
    /// What follows the number is no unit.
    case unknownUnit(text: String, unit: String)
    /// More than six decimals.
    case tooPrecise(text: String)
    /// A fraction of a byte was asked for.
    case fractionOfByte(text: String)
    /// Zero is no budget.
    case notPositive(text: String)
    /// The number passes what can be counted.
    case tooLarge(text: String)
    /// No allocation is that small.
    case belowMinimum(text: String, budgetBytes: Int, minimumBytes: Int, minimumBitsPerWeight: Double)

    /// One line: what is wrong, where, what to do.
    public var description: String {
        switch self {
        case .notANumber(let text):
            "budget '\(text)' does not begin with a number: write for example 5bpw, 1.5MB, 1.2MiB or 900000"
        case .unknownUnit(let text, let unit):
            "budget '\(text)': unknown unit '\(unit)', use bpw, "
                + Budget.byteUnits.map(\.name).joined(separator: ", ")
        case .tooPrecise(let text): "budget '\(text)' has more than six decimals: round it"
        case .fractionOfByte(let text): "budget '\(text)' is a fraction of a byte: write whole bytes or a larger unit"
        case .notPositive(let text): "budget '\(text)' is nothing: give a positive number"
        case .tooLarge(let text): "budget '\(text)' is too large to count: give at most 64bpw or 8 EB"
        case .belowMinimum(let text, let budgetBytes, let minimumBytes, let minimumBitsPerWeight):
            "budget \(text) (\(budgetBytes) bytes) is below the smallest allocation: \(minimumBytes) bytes, "
                + "\(Self.roundedUp(minimumBitsPerWeight))bpw; raise the budget or offer a precision of fewer bits"
        }
    }

    /// Rounded up to three decimals, so that asking for the number that the message names is enough.
    private static func roundedUp(_ value: Double) -> Double { (value * 1000).rounded(.up) / 1000 }
}
