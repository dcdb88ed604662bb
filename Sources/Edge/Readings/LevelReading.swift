package import CityKernel
import CityVocabulary

/// One reading of one gauge, checked and ready to become a fact.
package struct LevelReading: Sendable, Hashable {
    package var gaugeID: EntityID
    package var observedAt: Timestamp
    /// `nil` when the gauge said that it has no value (欠測).
    package var levelCentimetres: Int?

    package init(gaugeID: EntityID, observedAt: Timestamp, levelCentimetres: Int?) {
        self.gaugeID = gaugeID
        self.observedAt = observedAt
        self.levelCentimetres = levelCentimetres
    }

    package var fact: Fact {
        let observed = WaterLevelObserved(
            id: gaugeID, levelCentimetres: levelCentimetres, observedAt: observedAt,
            quality: levelCentimetres == nil ? .missing : .measured)
        // Without `gauge` the noun states nothing but `waterLevel`.
        return observed.facts[0]
    }
}

/// What every door checks before it believes a reading.
package struct ReadingRules: Sendable, Hashable {
    package var gauges: GaugeDirectory
    /// A clock outside may be this far ahead of ours.
    package var futureToleranceMinutes: Int
    /// Some gauges report heights above sea level, so the door is wide; each gauge's own plausible
    /// range is judged with its thresholds.
    package var levelCentimetres: ClosedRange<Int>

    package init(
        gauges: GaugeDirectory, futureToleranceMinutes: Int = 5,
        levelCentimetres: ClosedRange<Int> = -1_000...400_000
    ) {
        self.gauges = gauges
        self.futureToleranceMinutes = futureToleranceMinutes
        self.levelCentimetres = levelCentimetres
    }

    /// - Throws: `ReadingRefusal` when the time is too far ahead of `now`.
    package func checkTime(_ observedAt: Timestamp, now: Timestamp) throws(ReadingRefusal) {
        guard observedAt <= now + .minutes(futureToleranceMinutes) else { throw .timeInFuture }
    }

    /// - Throws: `ReadingRefusal.levelOutOfRange`.
    package func checkLevel(_ centimetres: Int) throws(ReadingRefusal) {
        guard levelCentimetres.contains(centimetres) else { throw .levelOutOfRange }
    }

    /// - Throws: `ReadingRefusal` when the name is empty or unknown.
    package func gaugeID(_ name: String) throws(ReadingRefusal) -> EntityID {
        guard !name.isEmpty else { throw .gaugeEmpty }
        guard let id = gauges.find(name) else { throw .gaugeUnknown }
        return id
    }
}
