import CityKernel
import CityStore

/// Brings the roll-ups to what a transaction told, at its end.
struct RollUpWriter {
    let connection: any Connection

    fileprivate struct Hour: Hashable {
        var key: AttributeKey
        var at: Int64
    }

    private struct Work {
        var minutes: [Int64: RollUp] = [:]
        var isStale = false
    }

    func write(_ log: RollUpLog) throws {
        var hours: [Hour: Work] = [:]
        for entry in log.entries {
            let hour = Hour(key: entry.key, at: RollUpLevel.hour.start(of: entry.at))
            if entry.isStale {
                hours[hour, default: Work()].isStale = true
            } else {
                let minute = RollUpLevel.minute.start(of: entry.at)
                hours[hour, default: Work()].minutes[minute, default: RollUp()]
                    .merge(RollUp(entry.number))
            }
        }
        var staleDays: Set<Hour> = []
        // In order, so that neighbouring rows are written one after the other.
        for (hour, work) in hours.sorted(by: { $0.key < $1.key }) {
            if work.isStale {
                guard try remake(hour) else { continue }
                staleDays.insert(
                    Hour(key: hour.key, at: RollUpLevel.day.start(of: hour.at)))
            } else {
                try add(work.minutes, to: hour)
            }
        }
        for day in staleDays { try remakeDay(day) }
    }

    private func add(_ minutes: [Int64: RollUp], to hour: Hour) throws {
        var whole = RollUp()
        for (_, part) in minutes.sorted(by: { $0.key < $1.key }) { whole.merge(part) }
        let state = try RollUpStore.addToHourAndDay(
            hour.key, hour: hour.at, whole, in: connection)
        if state.hasMinutes {
            for (minute, part) in minutes {
                try RollUpStore.add(hour.key, minute: minute, part, in: connection)
            }
        } else if state.count >= RollUpStore.minutesFrom {
            _ = try remake(hour)
        }
    }

    /// Makes an hour and its minutes again from the readings.
    /// - Returns: `false` when these are no longer kept.
    private func remake(_ hour: Hour) throws -> Bool {
        if let since = try RollUpStore.keptSince(hour.key, in: connection), hour.at < since {
            return false
        }
        var minutes: [Int64: RollUp] = [:]
        var whole = RollUp()
        let end = hour.at + RollUpLevel.hour.microseconds
        try HistoryStore.walkReadings(
            hour.key, in: hour.at...(end - 1), through: connection
        ) { reading in
            guard !reading.isDeletion else { return }
            let part = RollUp(reading.number)
            whole.merge(part)
            minutes[RollUpLevel.minute.start(of: reading.at), default: RollUp()].merge(part)
        }
        let hasMinutes = whole.count >= RollUpStore.minutesFrom
        try RollUpStore.set(
            hour.key, .hour, at: hour.at, whole, hasMinutes: hasMinutes, in: connection)
        try RollUpStore.delete(hour.key, .minute, in: hour.at..<end, from: connection)
        if hasMinutes {
            for (minute, part) in minutes {
                try RollUpStore.set(hour.key, .minute, at: minute, part, in: connection)
            }
        }
        return true
    }

    private func remakeDay(_ day: Hour) throws {
        let hours = try RollUpStore.list(
            day.key, .hour, in: day.at..<day.at + RollUpLevel.day.microseconds,
            through: connection)
        var whole = RollUp()
        for hour in hours { whole.merge(hour.rollUp) }
        try RollUpStore.set(day.key, .day, at: day.at, whole, in: connection)
    }
}

extension RollUpWriter.Hour: Comparable {
    fileprivate static func < (left: Self, right: Self) -> Bool {
        (left.key.entity, left.key.name, left.key.dataset, left.at)
            < (right.key.entity, right.key.name, right.key.dataset, right.at)
    }
}
