package import CityBroker
package import CityKernel
import CityVocabulary

/// Lights every bridge after its gauge's stage, its scheme and the sun.
///
/// Plan: 防災 ライティング防災アラート.
package struct LampRule: Rule {
    package let name = "bridge-light"
    package let reads: Set<String> = [
        FloodStage.entityType, Bridge.entityType, BridgeScheme.entityType, StageText.entityType,
    ]
    package let writes: Set<String> = [LampCommand.entityType]
    package let followsTime = true

    package init() {}

    /// Bridges are few: each run looks at all of them, whatever brought it.
    package func evaluate(
        _ trigger: RuleTrigger, in context: any RuleContext
    ) throws -> [Fact] {
        let bridges = try context.entities(ofType: Bridge.entityType)
        guard !bridges.isEmpty else { return [] }
        // What cannot be read is left out: the bridge then shows the standard scheme and words.
        let schemes = try context.entities(ofType: BridgeScheme.entityType)
            .compactMap { try? BridgeScheme($0) }
        let texts = StageWords(
            try context.entities(ofType: StageText.entityType).compactMap { try? StageText($0) })
        var facts: [Fact] = []
        for entity in bridges {
            let bridge = try Bridge(entity)
            // A stage or command that cannot be read counts as absent: the light then tells silence.
            let decision = LampDecision(
                bridge: bridge, scheme: schemes.first { $0.schemeID == bridge.schemeID },
                stage: try context.entity(FloodStage.id(of: bridge.gaugeID))
                    .flatMap { try? FloodStage($0) },
                now: context.now)
            // As above: unreadable is absent.
            let previous = try context.entity(bridge.lampID).flatMap { try? LampCommand($0) }
            facts += decision.command(reason: texts.reason(decision), previous: previous).facts
        }
        return facts
    }
}

extension StageWords {
    /// Why the lamps show what they show.
    package func reason(_ decision: LampDecision) -> LocalizedText {
        if decision.standing.isAlert || decision.standing == .missing {
            return name(decision.standing)
        }
        return decision.light.isVisible
            ? LocalizedText("夕暮れのあかり", easy: "夜の あかり", en: "Evening light")
            : LocalizedText("昼は消灯", easy: "ひるは ついて いません", en: "Off by day")
    }
}
