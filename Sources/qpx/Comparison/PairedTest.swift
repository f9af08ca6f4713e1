/// How it is decided whether a paired difference is more than chance.
enum PairedTest: String, Sendable, CaseIterable {
    /// McNemar's exact test on the questions that flipped: of the accuracy of one task.
    case mcnemar
    /// The paired bootstrap: of everything that is a mean over questions, windows or documents.
    case bootstrap
    /// The difference over its paired standard error, against the normal distribution: of a mean over tasks, whose
    /// questions do not all weigh the same.
    case z

    /// What people are told.
    var title: String {
        switch self {
        case .mcnemar: "McNemar's exact test"
        case .bootstrap: "paired bootstrap"
        case .z: "normal distribution (paired z)"
        }
    }
}
