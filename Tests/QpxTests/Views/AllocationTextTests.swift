import Testing

@testable import qpx

@Suite("An allocation as text") struct AllocationTextTests {
    @Test(
        "has bits per layer",
        arguments: [
            ("nf4,int8,nf2,nf3,bf16", [[4], [8], [2], [3], [16]]),
            ("nf4@128+dq,nf4/nf4/int8/nf4/nf3/nf3/nf4", [[4], [4, 4, 8, 4, 3, 3, 4]]),
            ("nf4/lm4/nf4/nf4/nf4/nf4/nf4", [[4]]), ("nf9,nf4", [[-1], [4]]), ("", []),
            (
                "down_proj=int8/gate_proj=nf4/k_proj=nf4/o_proj=nf4/q_proj=nf2/up_proj=nf4/v_proj=nf4",
                [[2, 4, 4, 4, 4, 4, 8]]
            ),
        ] as [(String, [[Int]])])
    func bits(text: String, expected: [[Int]]) { #expect(AllocationText(text).bits == expected) }

    @Test("differs layer by layer") func differing() {
        let allocations = ["nf4,int8,nf4", "nf4,nf4,nf4", "nf4,int8,fp4"].map(AllocationText.init)
        #expect(AllocationText.differing(allocations) == [1, 2])
        #expect(AllocationText.differing([allocations[0], allocations[0]]).isEmpty)
        #expect(AllocationText.differing([allocations[0], AllocationText("nf4")]) == [1, 2])
        #expect(AllocationText.differing([]).isEmpty)
    }
}
