/// Requests that begin with the same tokens, such as the choices of one question: what they share is computed once.
struct SharedContext: Sendable {
    /// Indices of the requests, in their order.
    let members: [Int]
    /// Tokens that all of them begin with, at most as many as the shortest one reads.
    let length: Int

    /// A shorter beginning isn't worth being kept apart.
    private static let shortest = 4

    /// Neighbouring requests, taken together as long as they share most of what the ones before them share.
    static func families(of requests: [ScoringRequest]) -> [SharedContext] {
        var families: [SharedContext] = []
        var members: [Int] = []
        var length = 0
        for index in requests.indices {
            let read = requests[index].tokens.count - 1
            if let first = members.first {
                let common = commonPrefix(requests[first].tokens, requests[index].tokens, limit: min(length, read))
                if common >= shortest, common >= length / 2 || members.count == 1 {
                    members.append(index)
                    length = common
                    continue
                }
                families.append(SharedContext(members: members, length: length))
            }
            members = [index]
            length = read
        }
        if !members.isEmpty { families.append(SharedContext(members: members, length: length)) }
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
