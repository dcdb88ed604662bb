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
        var whole = RollUp()
        var minutes: [Int64: RollUp] = [:]
        var isStale = false
        var first = Int64.max
        var last = Int64.min

        mutating func add(_ entry: RollUpLog.Entry) {
            let part = RollUp(entry.number)
            whole.merge(part)
            let minute = RollUpLevel.minute.start(of: entry.at)
            minutes[minute, default: RollUp()].merge(part)
            first = min(first, entry.at)
            last = max(last, entry.at)
        }
    }

    func write(_ log: RollUpLog) throws {
        var hours: [Hour: Work] = [:]
        for entry in log.entries {
            let hour = Hour(key: entry.key, at: RollUpLevel.hour.start(of: entry.at))
            if entry.isStale {
                hours[hour, default: Work()].isStale = true
            } else {
                hours[hour, default: Work()].add(entry)
            }
        }
        var days: [Hour: RollUp] = [:]
        var staleDays: Set<Hour> = []
        // In order, so that neighbouring rows are written one after the other.
        for (hour, work) in hours.sorted(by: { $0.key < $1.key }) {
            let day = Hour(key: hour.key, at: RollUpLevel.day.start(of: hour.at))
            days[day, default: RollUp()].merge(work.whole)
            let isStale = try work.isStale || add(work, to: hour)
            if isStale, try remake(hour) {
                staleDays.insert(day)
            } else if work.isStale, !work.whole.isEmpty {
                // Its readings are no longer kept: new ones are added to what they came to.
                _ = try add(work, to: hour)
            }
        }
        for (day, rollUp) in days.sorted(by: { $0.key < $1.key }) {
            if staleDays.contains(day) {
                try remakeDay(day)
            } else if !rollUp.isEmpty {
                try RollUpStore.add(day.key, .day, at: day.at, rollUp, in: connection)
            }
        }
    }

    /// - Returns: whether the hour must be made again.
    private func add(_ work: Work, to hour: Hour) throws -> Bool {
        let state = try RollUpStore.addToHour(
            hour.key, hour: hour.at, work.whole, span: work.first...work.last, in: connection)
        if state.hasRepeats { return true }
        if state.hasRows,
            try RunStore.overlaps(hour.key, work.first...work.last, in: connection)
        {
            return true
        }
        if state.hasMinutes {
            for (minute, part) in work.minutes {
                try RollUpStore.add(hour.key, .minute, at: minute, part, in: connection)
            }
        } else if state.count >= RollUpStore.minutesFrom {
            _ = try remake(hour)
        }
        return false
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
            hour.key, in: hour.at...(end - 1), settledOnly: true, through: connection
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
