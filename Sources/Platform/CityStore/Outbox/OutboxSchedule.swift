import CityKernel
import DequeModule
import HeapModule

/// Which receivers are served now, next, and later. Pure: the dispatcher tells it what happened.
///
/// A lane (receiver) is in at most one of three places: ready, active, or asleep until a time.
struct OutboxSchedule {
    /// Why a lane sleeps; a new message wakes only the one that merely waits for a due time.
    enum Sleep: Hashable { case untilDue, untilAllowed }

    /// What a drained lane left behind.
    enum Outcome: Hashable, Sendable {
        case empty
        /// The rest is due later.
        case due(Timestamp)
        /// Another process serves it: not before this time, whatever arrives.
        case notBefore(Timestamp)
        /// Its receiver does not answer well; it is tried again then.
        case failed(until: Timestamp)
    }

    private struct Alarm: Comparable {
        var at: Timestamp
        var lane: OutboxLane

        static func < (left: Alarm, right: Alarm) -> Bool { left.at < right.at }
    }

    private var ready: Deque<OutboxLane> = []
    /// Ready too, but the last attempt failed: they get few places, so that many silent receivers do
    /// not keep those that answer from theirs.
    private var doubtful: Deque<OutboxLane> = []
    private var failing: Set<OutboxLane> = []
    private var activeDoubtful = 0
    private var waiting: Set<OutboxLane> = []
    /// `true` when a message arrived while the lane was being served.
    private var active: [OutboxLane: Bool] = [:]
    private var asleep: [OutboxLane: (at: Timestamp, sleep: Sleep)] = [:]
    /// Holds an entry for each sleeper, and some for lanes that have woken since.
    private var alarms = Heap<Alarm>()

    var laneCount: Int { waiting.count + active.count + asleep.count }
    var activeCount: Int { active.count }

    /// A message was queued for `lane`.
    mutating func arrive(_ lane: OutboxLane) {
        if active[lane] != nil {
            active[lane] = true
        } else if asleep[lane]?.sleep != .untilAllowed {
            makeReady(lane)
        }
    }

    /// Another process let go of its lanes: whoever waits for one may ask again.
    mutating func release() {
        for lane in asleep.keys where !failing.contains(lane) { makeReady(lane) }
    }

    /// Wakes whose time has come.
    mutating func wake(at now: Timestamp) {
        while let alarm = alarms.min, alarm.at <= now {
            alarms.removeMin()
            if asleep[alarm.lane]?.at == alarm.at { makeReady(alarm.lane) }
        }
    }

    /// The next lane to serve, unless `activeMax` are being served; of those that failed last time
    /// at most `doubtfulMax`.
    mutating func startNext(activeMax: Int, doubtfulMax: Int = .max) -> OutboxLane? {
        guard active.count < activeMax else { return nil }
        if let lane = ready.popFirst() { return start(lane) }
        guard activeDoubtful < doubtfulMax, let lane = doubtful.popFirst() else { return nil }
        activeDoubtful += 1
        return start(lane)
    }

    private mutating func start(_ lane: OutboxLane) -> OutboxLane {
        waiting.remove(lane)
        active[lane] = false
        return lane
    }

    mutating func finish(_ lane: OutboxLane, _ outcome: Outcome) {
        guard let hasArrival = active.removeValue(forKey: lane) else {
            preconditionFailure("a lane that nobody serves has finished")
        }
        if failing.remove(lane) != nil { activeDoubtful -= 1 }
        switch outcome {
        case .failed(let instant):
            failing.insert(lane)
            sleep(lane, until: instant, .untilAllowed)
        case .notBefore(let instant): sleep(lane, until: instant, .untilAllowed)
        case .empty where hasArrival, .due where hasArrival: makeReady(lane)
        case .empty: break
        case .due(let instant): sleep(lane, until: instant, .untilDue)
        }
    }

    /// When to call `wake` next.
    mutating func nextAlarm() -> Timestamp? {
        while let alarm = alarms.min {
            if asleep[alarm.lane]?.at == alarm.at { return alarm.at }
            alarms.removeMin()
        }
        return nil
    }

    private mutating func makeReady(_ lane: OutboxLane) {
        asleep[lane] = nil
        guard waiting.insert(lane).inserted else { return }
        if failing.contains(lane) { doubtful.append(lane) } else { ready.append(lane) }
    }

    private mutating func sleep(_ lane: OutboxLane, until instant: Timestamp, _ sleep: Sleep) {
        asleep[lane] = (instant, sleep)
        alarms.insert(Alarm(at: instant, lane: lane))
    }
}
