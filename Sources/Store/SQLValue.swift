/// A value as SQLite keeps it.
enum SQLValue: Equatable, Sendable {
    case null
    case integer(Int64)
    case real(Double)
    case text(String)
    case blob([UInt8])
}

/// What can be bound to a parameter.
protocol SQLConvertible {
    var sqlValue: SQLValue { get }
}

extension SQLValue: SQLConvertible {
    var sqlValue: SQLValue { self }
}
extension Int: SQLConvertible {
    var sqlValue: SQLValue { .integer(Int64(self)) }
}
extension Int32: SQLConvertible {
    var sqlValue: SQLValue { .integer(Int64(self)) }
}
extension UInt64: SQLConvertible {
    /// The same 64 bits: SQLite has no unsigned integers.
    var sqlValue: SQLValue { .integer(Int64(bitPattern: self)) }
}
extension Bool: SQLConvertible {
    var sqlValue: SQLValue { .integer(self ? 1 : 0) }
}
extension Double: SQLConvertible {
    /// SQLite turns NaN into NULL but keeps infinities; both are "not a finite number" here and become NULL.
    var sqlValue: SQLValue { isFinite ? .real(self) : .null }
}
extension String: SQLConvertible {
    var sqlValue: SQLValue { .text(self) }
}
extension Array: SQLConvertible where Element == UInt8 {
    var sqlValue: SQLValue { .blob(self) }
}
extension Optional: SQLConvertible where Wrapped: SQLConvertible {
    var sqlValue: SQLValue { self?.sqlValue ?? .null }
}
extension SQLConvertible where Self: RawRepresentable, RawValue == String {
    var sqlValue: SQLValue { .text(rawValue) }
}
