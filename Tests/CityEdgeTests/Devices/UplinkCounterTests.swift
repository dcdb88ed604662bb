import CityKernel
import CityTesting
import Testing

@testable import CityEdge

@Suite("抜けた上り電文の数え方")
struct UplinkCounterTests {
    @Test(
        "番号の抜け・遅れ・繰り返し・やり直しを見分ける",
        arguments: [
            ([1, 2, 3], 0, 3), ([1, 4], 2, 2), ([1, 4, 3, 2], 0, 4), ([5, 5, 5], 0, 1),
            // Far back: the device has joined anew, nothing is missing.
            ([500, 0, 1], 0, 3), ([10, 9], 0, 2), ([1, 20_000], 0, 2),
        ] as [([Int64], Int64, Int64)])
    func counts(frames: [Int64], missing: Int64, received: Int64) {
        var counter = UplinkCounter()
        for frame in frames { counter.note(frame) }
        #expect(counter.missing == missing)
        #expect(counter.received == received)
    }

    @Test("抜けが一割を超えると、あやしい装置と示す")
    func loss() {
        var state = DeviceState()
        state.counter.note(1)
        state.counter.note(3)
        state.lastSeenAt = TestDevices.morning
        #expect(state.lossShare == 1.0 / 3)
        #expect(
            state.standing(isActive: true, silentAfter: .minutes(10), at: TestDevices.morning)
                == .doubtful)
    }
}
