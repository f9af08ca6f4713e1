extension MultipleChoiceTask {
    /// The task's first `count` examples, of each subtask where it has some, in their order; all of them if `count` is nil or
    /// larger. A score that is the mean over subtasks stays a mean over all of them.
    public func limited(to count: Int?) -> MultipleChoiceTask {
        guard let count, count < examples.count else { return self }
        var taken: [String?: Int] = [:]
        return with(
            examples: examples.filter { example in
                taken[example.subtask, default: 0] += 1
                return taken[example.subtask, default: 0] <= count
            })
    }
}
