import CityKernel
import CityTesting
import Testing

@testable import CityEdge

@Suite("装置の調子の見方")
struct DeviceStandingTests {
    private static let now = TestStores.morning

    private static func standing(_ change: (inout DeviceState) -> Void) -> DeviceStanding {
        var state = DeviceState()
        change(&state)
        return state.standing(isActive: true, silentAfter: .minutes(10), at: now)
    }

    @Test("一度も話さない・黙っている装置は、正常ではなく途絶")
    func silence() {
        #expect(Self.standing { _ in } == .silent)
        #expect(Self.standing { $0.lastSeenAt = Self.now - .minutes(11) } == .silent)
        #expect(Self.standing { $0.lastSeenAt = Self.now - .minutes(10) } == .well)
    }

    @Test("古い値をくり返すだけの装置は、話していても途絶")
    func frozen() {
        #expect(
            Self.standing {
                $0.lastSeenAt = Self.now
                $0.lastObservedAt = Self.now - .hours(3)
            } == .silent)
    }

    @Test("電池・品質・読めない知らせを見分ける")
    func doubts() {
        #expect(
            Self.standing {
                $0.lastSeenAt = Self.now
                $0.battery = 0.19
            } == .doubtful)
        #expect(
            Self.standing {
                $0.lastSeenAt = Self.now
                $0.quality = .suspect
            } == .doubtful)
        #expect(
            Self.standing {
                $0.note(
                    seenAt: Self.now - .minutes(5), observedAt: Self.now - .minutes(5),
                    quality: .measured, battery: nil, radio: nil, unmapped: [])
                $0.note(refusal: .payloadUnreadable, at: Self.now)
            } == .refused)
    }

    @Test("使用をやめた装置は騒がない")
    func retired() {
        let standing = DeviceState().standing(
            isActive: false, silentAfter: .minutes(10), at: Self.now)
        #expect(standing == .retired)
        #expect(DeviceStanding.allCases.sorted().first == .silent)
        #expect(DeviceStanding.allCases.sorted().last == .retired)
    }
}
