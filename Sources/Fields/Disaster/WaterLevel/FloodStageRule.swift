package import CityBroker
package import CityKernel
import CityVocabulary

/// Decides the stage of every gauge that has thresholds, as readings come and as time passes.
///
/// Plan: 防災 ライティング防災アラート, 防災ポータル.
package struct FloodStageRule: Rule {
    package let name = "flood-stage"
    package let reads: Set<String> = [
        WaterLevelObserved.entityType, FloodThresholds.entityType,
    ]
    package let writes: Set<String> = [FloodStage.entityType]
    package let followsTime = true

    /// How far back readings are looked at; covers the rate, the release and a feed that is hourly.
    package static let historyHours = 4

    package init() {}

    package func evaluate(
        _ trigger: RuleTrigger, in context: any RuleContext
    ) throws -> [Fact] {
        var facts: [Fact] = []
        for entity in try concerned(by: trigger, in: context) {
            facts += try stage(of: entity, in: context)?.facts ?? []
        }
        return facts
    }

    private func concerned(
        by trigger: RuleTrigger, in context: any RuleContext
    ) throws -> [Entity] {
        switch trigger {
        case .tick: return try context.entities(ofType: FloodThresholds.entityType)
        case .changed(let ids):
            let names = Set(ids.map { EntityID(type: FloodThresholds.entityType, name: $0.name) })
            return try names.sorted().compactMap { try context.entity($0) }
        }
    }

    private func stage(of entity: Entity, in context: any RuleContext) throws -> FloodStage? {
        let gaugeID = EntityID(type: WaterLevelObserved.entityType, name: entity.id.name)
        let previous = try context.entity(FloodStage.id(of: gaugeID)).flatMap {
            // What this rule wrote itself reads back; anything else counts as no stage before.
            try? FloodStage($0)
        }
        guard let thresholds = try? FloodThresholds(entity) else {
            // One gauge with unreadable thresholds must not silence the others, and is not normal.
            return Self.undecidable(gaugeID, previous, at: context.now)
        }
        let from = context.now - .hours(Self.historyHours)
        let to = context.now + .minutes(max(thresholds.futureToleranceMinutes, 0))
        var readings = try context.history(of: thresholds.gaugeID, "waterLevel", in: from...to)
            .compactMap { FloodReading($0) }
        if let present = try context.entity(thresholds.gaugeID)?["waterLevel"],
            let reading = FloodReading(present), (from...to).contains(reading.observedAt)
        {
            readings.append(reading)
        }
        return FloodStageDecision(
            readings: readings, thresholds: thresholds, previous: previous, now: context.now
        ).stage()
    }

    private static func undecidable(
        _ gaugeID: EntityID, _ previous: FloodStage?, at now: Timestamp
    ) -> FloodStage {
        let isFeared = previous.map { $0.standing.isAlert } ?? false
        var stage = FloodStage(
            gaugeID: gaugeID, level: previous?.level ?? .normal, isMissing: true,
            isMissingDanger: isFeared, levelCentimetres: previous?.levelCentimetres,
            observedAt: previous?.observedAt, since: now, quality: .missing)
        if let previous, previous.standing == stage.standing { stage.since = previous.since }
        return stage
    }
}
