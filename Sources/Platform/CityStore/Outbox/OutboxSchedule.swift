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
        /// It failed, or another process serves it: not before this time, whatever arrives.
        case notBefore(Timestamp)
    }

    private struct Alarm: Comparable {
        var at: Timestamp
        var lane: OutboxLane

        static func < (left: Alarm, right: Alarm) -> Bool { left.at < right.at }
    }

    private var ready: Deque<OutboxLane> = []
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

    /// Another process let go of `lane`.
    mutating func release(_ lane: OutboxLane) {
        guard active[lane] == nil, asleep[lane] != nil else { return }
        makeReady(lane)
    }

    /// Wakes whose time has come.
    mutating func wake(at now: Timestamp) {
        while let alarm = alarms.min, alarm.at <= now {
            alarms.removeMin()
            if asleep[alarm.lane]?.at == alarm.at { makeReady(alarm.lane) }
        }
    }

    /// The next lane to serve, unless `activeMax` are being served.
    mutating func startNext(activeMax: Int) -> OutboxLane? {
        guard active.count < activeMax, let lane = ready.popFirst() else { return nil }
        waiting.remove(lane)
        active[lane] = false
        return lane
    }

    mutating func finish(_ lane: OutboxLane, _ outcome: Outcome) {
        guard let hasArrival = active.removeValue(forKey: lane) else {
            preconditionFailure("a lane that nobody serves has finished")
        }
        switch outcome {
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
        ready.append(lane)
    }

    private mutating func sleep(_ lane: OutboxLane, until instant: Timestamp, _ sleep: Sleep) {
        asleep[lane] = (instant, sleep)
        alarms.insert(Alarm(at: instant, lane: lane))
    }
}
