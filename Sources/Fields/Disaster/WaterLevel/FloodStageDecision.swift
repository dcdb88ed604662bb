package import CityKernel
package import CityVocabulary

/// Where the river stands against its thresholds: a pure decision from readings and time.
///
/// Plan: 防災 ライティング防災アラート, 防災ポータル. Rising is believed at once; falling needs a margin or
/// a time, so that lights do not flicker at a threshold; silence is never calm.
package struct FloodStageDecision: Sendable {
    /// A level is left when the water is this far below its threshold …
    package static let releaseCentimetres = 5
    /// … or has stayed below it for this long.
    package static let releaseMinutes = 30
    /// A threshold further away than this is not announced.
    package static let minutesToNextMax = 360

    let thresholds: FloodThresholds
    let previous: FloodStage?
    let now: Timestamp
    let seen: BelievedReadings
    let rate: RateOfRise?
    /// In force at the time of the last believed reading; between editions there is no stage.
    let levels: [FloodStage.Level: Int]

    /// - Parameters:
    ///   - readings: the last hours, in any order, with repeats.
    ///   - previous: the stage decided before, or `nil`.
    package init(
        readings: [FloodReading], thresholds: FloodThresholds, previous: FloodStage?,
        now: Timestamp
    ) {
        // A stage from the future belongs to another replay.
        let previous = previous.flatMap { stage in
            stage.observedAt ?? stage.since <= now + .minutes(thresholds.futureToleranceMinutes)
                ? stage : nil
        }
        let seed = previous.flatMap { stage in
            stage.observedAt.map {
                FloodReading(
                    levelCentimetres: stage.levelCentimetres, observedAt: $0, quality: .measured)
            }
        }.flatMap { $0.levelCentimetres == nil ? nil : $0 }
        self.thresholds = thresholds
        self.previous = previous
        self.now = now
        seen = BelievedReadings(readings, seed: seed, thresholds: thresholds, now: now)
        rate = RateOfRise(seen.believed)
        levels = thresholds.edition(at: now)?.levels ?? [:]
    }

    /// - Returns: `nil` when no edition of the thresholds is in force: without thresholds a gauge has
    ///   a level and no stage.
    package func stage() -> FloodStage? {
        guard !levels.isEmpty else { return nil }
        guard let last = seen.last, let level = last.levelCentimetres else { return neverRead() }
        var stage = FloodStage(
            gaugeID: thresholds.gaugeID, level: self.level(at: level), levelCentimetres: level,
            observedAt: last.observedAt, since: last.observedAt, quality: last.quality)
        switch silence(after: last, at: level) {
        case .none:
            announceTrend(&stage, from: level)
            if let refused = seen.newestRefusedAt, refused > last.observedAt {
                stage.quality = .suspect
            }
        case .missing:
            stage.isMissing = true
            stage.quality = .missing
        case .feared:
            stage.isMissing = true
            stage.isMissingDanger = true
            stage.quality = .missing
        }
        if stage.isMissing { stage.since = now }
        if let previous, previous.standing == stage.standing { stage.since = previous.since }
        return stage
    }

    /// Thresholds are known and nothing was ever heard.
    private func neverRead() -> FloodStage {
        let since = previous?.standing == .missing ? previous?.since : nil
        return FloodStage(
            gaugeID: thresholds.gaugeID, level: .normal, isMissing: true, observedAt: nil,
            since: since ?? now, quality: .missing)
    }

    private func announceTrend(_ stage: inout FloodStage, from level: Int) {
        guard let rate else { return }
        let speed = rate.centimetresPerHour
        stage.centimetresPerHour = speed
        stage.trend =
            abs(speed) < RateOfRise.steadyCentimetresPerHour
            ? .steady : speed > 0 ? .rising : .falling
        guard stage.trend == .rising, let next = next(above: stage.level, level) else { return }
        let minutes = ((Double(next.value - level) / Double(speed)) * 60).rounded(.up)
        guard minutes <= Double(Self.minutesToNextMax) else { return }
        stage.nextLevel = next.key
        stage.minutesToNext = Int(minutes)
    }

    private func next(
        above held: FloodStage.Level, _ level: Int
    ) -> (key: FloodStage.Level, value: Int)? {
        levels.filter { $0.key > held && $0.value > level }.min { $0.value < $1.value }
    }
}

// MARK: - Level, with hysteresis

extension FloodStageDecision {
    private func level(at centimetres: Int) -> FloodStage.Level {
        let reached = levels.filter { $0.value <= centimetres }.keys.max() ?? .normal
        guard let previous, previous.level > reached else { return reached }
        let held = levels.keys.filter { $0 > reached && $0 <= previous.level }.sorted(by: >)
        return held.first { !isReleased($0, at: centimetres) } ?? reached
    }

    private func isReleased(_ level: FloodStage.Level, at centimetres: Int) -> Bool {
        guard let threshold = levels[level] else { return true }
        if centimetres <= threshold - Self.releaseCentimetres { return true }
        let run = seen.believed.reversed().prefix { ($0.levelCentimetres ?? .max) < threshold }
        guard let newest = run.first, let oldest = run.last else { return false }
        return newest.observedAt.since(oldest.observedAt) >= .minutes(Self.releaseMinutes)
    }
}

// MARK: - Silence

extension FloodStageDecision {
    private enum Silence { case none, missing, feared }

    /// Near danger a gauge may be silent for `staleAfterMinutes`, elsewhere for
    /// `missingAfterMinutes`; a gauge that says 欠測 is silent at once.
    private func silence(after last: FloodReading, at level: Int) -> Silence {
        let age = now.since(last.observedAt)
        let isFeared = isFeared(after: last, at: level, age: age)
        if let said = seen.saidMissingAt, said > last.observedAt {
            return isFeared ? .feared : .missing
        }
        if isFeared, age >= .minutes(thresholds.staleAfterMinutes) { return .feared }
        return age >= .minutes(thresholds.missingAfterMinutes) ? .missing : .none
    }

    private func isFeared(after last: FloodReading, at level: Int, age: Duration) -> Bool {
        if let previous, previous.isMissingDanger, previous.observedAt == last.observedAt {
            return true
        }
        guard let lowest = levels.filter({ $0.key >= .caution }).values.min() else { return false }
        let near = lowest - thresholds.nearDangerCentimetres
        if level >= near { return true }
        if let pending = seen.pending?.levelCentimetres, pending >= near { return true }
        guard let rate, rate.centimetresPerHour >= RateOfRise.steadyCentimetresPerHour else {
            return false
        }
        let hours = max(age.inSeconds, 0) / 3_600
        return Double(level) + Double(rate.centimetresPerHour) * hours >= Double(near)
    }
}
