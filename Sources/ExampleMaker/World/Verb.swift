/// A verb of which the world uses three forms.
struct Verb: Sendable, Equatable {
    /// With a plural subject: "go".
    let base: String
    /// With a singular subject: "goes".
    let third: String
    /// Yesterday: "went".
    let past: String

    /// The present form that agrees with its subject.
    func present(plural isPlural: Bool) -> String { isPlural ? base : third }

    private init(_ base: String, _ third: String, _ past: String) {
        self.base = base
        self.third = third
        self.past = past
    }

    /// What beings do, without an object.
    static let actions = [
        Verb("come", "comes", "came"), Verb("drink", "drinks", "drank"), Verb("eat", "eats", "ate"),
        Verb("fall", "falls", "fell"), Verb("go", "goes", "went"), Verb("jump", "jumps", "jumped"),
        Verb("play", "plays", "played"), Verb("run", "runs", "ran"), Verb("sing", "sings", "sang"),
        Verb("sit", "sits", "sat"), Verb("sleep", "sleeps", "slept"), Verb("speak", "speaks", "spoke"),
        Verb("stand", "stands", "stood"), Verb("swim", "swims", "swam"), Verb("wait", "waits", "waited"),
        Verb("walk", "walks", "walked"),
    ]

    /// What beings feel for, or do to, other beings.
    static let transitive = [
        Verb("like", "likes", "liked"), Verb("know", "knows", "knew"), Verb("see", "sees", "saw"),
        Verb("help", "helps", "helped"), Verb("follow", "follows", "followed"),
    ]
}
