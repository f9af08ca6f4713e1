/// An error of the world (a file, a flag, a machine), not of the programmer.
///
/// Every error type of the Engine is an enum whose cases carry facts; its `description` is one line that says what is
/// wrong, where, and what to do about it.
public protocol EngineError: Error, CustomStringConvertible, Equatable {}
