/// Requests that begin with the same tokens, such as the choices of one question: what they share is computed once.
struct SharedContext: Sendable, Equatable {
    /// Indices of the requests, in their order.
    let members: [Int]
    /// Tokens that all of them begin with, at most as many as the shortest one reads.
    let length: Int

    /// The requests, each with its predecessors where that saves tokens.
    ///
    /// - Parameter tokenLimit: no request joins a family that would have more tokens with it. A prompt that opens every
    ///   question of a task would otherwise make one batch of the whole task.
    static func families(of requests: [ScoringRequest], tokenLimit: Int) -> [SharedContext] {
        var families: [SharedContext] = []
        for index in requests.indices {
            let read = requests[index].tokens.count - 1
            if let family = families.last, let first = family.members.first {
                let common = commonPrefix(
                    requests[first].tokens, requests[index].tokens, limit: min(family.length, read))
                let joined = SharedContext(members: family.members + [index], length: common)
                // One more member may shorten what all share, and keeps it from its successor, with which it may have
                // more in common: joined, both would save as much again.
                let gain = common * family.members.count - family.length * (family.members.count - 1)
                let other =
                    index + 1 < requests.count
                    ? commonPrefix(
                        requests[index].tokens, requests[index + 1].tokens,
                        limit: min(read, requests[index + 1].tokens.count - 1)) : 0
                if gain > 0, 2 * gain > other, joined.tokenCount(requests) <= tokenLimit {
                    families[families.count - 1] = joined
                    continue
                }
            }
            families.append(SharedContext(members: [index], length: read))
        }
        return families
    }

    /// The tokens that all members begin with.
    func context(_ requests: [ScoringRequest]) -> [Int32] {
        members.first.map { Array(requests[$0].tokens.prefix(length)) } ?? []
    }

    /// What a member reads behind the shared tokens; may be nothing.
    func continuation(_ request: ScoringRequest) -> [Int32] { Array(request.tokens.dropLast().dropFirst(length)) }

    /// Tokens that are computed for the family.
    func tokenCount(_ requests: [ScoringRequest]) -> Int {
        members.reduce(length) { $0 + requests[$1].tokens.count - 1 - length }
    }

    private static func commonPrefix(_ a: [Int32], _ b: [Int32], limit: Int) -> Int {
        var count = 0
        while count < limit, count < a.count, count < b.count, a[count] == b[count] { count += 1 }
        return count
    }
}
