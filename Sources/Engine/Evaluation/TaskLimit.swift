extension MultipleChoiceTask {
    /// The task's first `count` examples; all of them if `count` is nil or larger.
    public func limited(to count: Int?) -> MultipleChoiceTask {
        guard let count, count < examples.count else { return self }
        return with(examples: Array(examples.prefix(count)))
    }
}
