/// One thing that `qpx doctor` looked at.
struct DoctorFinding: Equatable {
    /// How it is.
    enum Status: String, CaseIterable {
        /// As it should be.
        case ok
        /// Worth knowing before something goes wrong.
        case warning
        /// Something will not work.
        case problem
    }

    /// A stable word, such as "sqlite".
    var name: String
    var status = Status.ok
    /// What was found.
    var value: String
    /// What to do; where there is something to do.
    var advice: String?
}
