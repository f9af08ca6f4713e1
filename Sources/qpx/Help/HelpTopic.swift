/// Something that is the same for many commands, explained once: `qpx help NAME`.
struct HelpTopic: Sendable {
    /// One word, as it is asked for.
    let name: String
    /// One line for the list.
    let abstract: String
    /// The whole of it: lines of at most 100 columns.
    let text: String
}

/// The topics beside the commands. A new topic is one file beside this one and one entry here.
enum HelpTopics {
    static let all: [HelpTopic] = [
        .selection, .expressions, .templates, .environment, .files, .json, .exitStatus, .determinism,
    ]
}
