import CityKernel
import Testing

@testable import CityStore

@Suite("発信箱の順番")
struct OutboxScheduleTests {
    private let bridge = OutboxLane(kind: "lamp", receiver: "橋")
    private let school = OutboxLane(kind: "mail", receiver: "学校")
    private let noon = Timestamp(seconds: 1_000)

    @Test("一つの宛先は同時に一度だけ扱う")
    func laneIsServedOnce() {
        var schedule = OutboxSchedule()
        schedule.arrive(bridge)
        schedule.arrive(bridge)
        #expect(schedule.startNext(activeMax: 9) == bridge)
        schedule.arrive(bridge)
        #expect(schedule.startNext(activeMax: 9) == nil)
        schedule.finish(bridge, .empty)
        #expect(schedule.startNext(activeMax: 9) == bridge)
        schedule.finish(bridge, .empty)
        #expect(schedule.startNext(activeMax: 9) == nil)
        #expect(schedule.laneCount == 0)
    }

    @Test("同時に扱う宛先の数には限りがある")
    func activeIsBounded() {
        var schedule = OutboxSchedule()
        schedule.arrive(bridge)
        schedule.arrive(school)
        #expect(schedule.startNext(activeMax: 1) == bridge)
        #expect(schedule.startNext(activeMax: 1) == nil)
        schedule.finish(bridge, .empty)
        #expect(schedule.startNext(activeMax: 1) == school)
    }

    @Test("失敗した宛先は、新しい知らせが来ても時が来るまで待つ")
    func backoffHolds() {
        var schedule = OutboxSchedule()
        schedule.arrive(bridge)
        _ = schedule.startNext(activeMax: 9)
        schedule.arrive(bridge)
        schedule.finish(bridge, .notBefore(noon))
        schedule.arrive(bridge)
        #expect(schedule.startNext(activeMax: 9) == nil)
        #expect(schedule.nextAlarm() == noon)
        schedule.wake(at: noon - .seconds(1))
        #expect(schedule.startNext(activeMax: 9) == nil)
        schedule.wake(at: noon)
        #expect(schedule.startNext(activeMax: 9) == bridge)
        #expect(schedule.nextAlarm() == nil)
    }

    @Test("予約だけを待つ宛先は、新しい知らせで起きる")
    func arrivalWakesDueLane() {
        var schedule = OutboxSchedule()
        schedule.arrive(bridge)
        _ = schedule.startNext(activeMax: 9)
        schedule.finish(bridge, .due(noon))
        schedule.arrive(bridge)
        #expect(schedule.startNext(activeMax: 9) == bridge)
        schedule.finish(bridge, .due(noon))
        schedule.wake(at: noon)
        #expect(schedule.startNext(activeMax: 9) == bridge)
    }

    @Test("失敗続きの宛先は、答える宛先の場所を取らない")
    func doubtfulLanesAreFew() {
        var schedule = OutboxSchedule()
        let silent = (0..<5).map { OutboxLane(kind: "mail", receiver: "\($0)") }
        for lane in silent {
            schedule.arrive(lane)
            _ = schedule.startNext(activeMax: 9)
            schedule.finish(lane, .failed(until: noon))
        }
        schedule.wake(at: noon)
        schedule.arrive(school)
        #expect(schedule.startNext(activeMax: 9, doubtfulMax: 2) == school)
        let tried = (0..<3).map { _ in schedule.startNext(activeMax: 9, doubtfulMax: 2) }
        #expect(tried.compactMap { $0 }.count == 2)
        for case let lane? in tried { schedule.finish(lane, .empty) }
        #expect(schedule.startNext(activeMax: 9, doubtfulMax: 2) != nil)
    }

    @Test("他の処理が手放した宛先はすぐに扱える")
    func releaseWakes() {
        var schedule = OutboxSchedule()
        schedule.arrive(bridge)
        _ = schedule.startNext(activeMax: 9)
        schedule.finish(bridge, .notBefore(noon))
        schedule.arrive(school)
        _ = schedule.startNext(activeMax: 9)
        schedule.finish(school, .failed(until: noon))
        schedule.release()
        #expect(schedule.startNext(activeMax: 9) == bridge)
        // Whose receiver failed waits for its time all the same.
        #expect(schedule.startNext(activeMax: 9) == nil)
    }

    @Test("待ち時間は倍になり、上限で止まり、揺らぎは半分まで")
    func backoffDoubles() {
        let policy = OutboxPolicy()
        #expect(policy.backoff(afterFailures: 1, jitter: 1) == .seconds(1))
        #expect(policy.backoff(afterFailures: 1, jitter: 0) == .milliseconds(500))
        #expect(policy.backoff(afterFailures: 4, jitter: 1) == .seconds(8))
        #expect(policy.backoff(afterFailures: 9, jitter: 1) == .seconds(256))
        #expect(policy.backoff(afterFailures: 10, jitter: 1) == .minutes(5))
        #expect(policy.backoff(afterFailures: .max, jitter: 1) == .minutes(5))
    }
}
