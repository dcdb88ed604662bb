import CityKernel
import CityVocabulary
import CityWeb

/// Bridges with the schemes they may use.
struct SchemesModel: TitledModel {
    struct Scheme {
        let id: String
        let name: String
        let path: String
        let isChosen: Bool
        let rows: [SchemeRow]
    }

    struct Bridge {
        let card: BridgeCard
        let bridgeID: String
        let schemes: [Scheme]
        let was: String?
    }

    let title: String
    let formToken: String
    let bridges: [Bridge]
    let empty: EmptyState?

    init(_ state: DisasterState, was: String?, bridge: String?, desk: StaffDesk) {
        let language = desk.language
        title = desk.say("staffSchemes")
        formToken = desk.formToken
        bridges = state.bridges.enumerated().map { number, light in
            let shown = state.gauge(light.bridge.gaugeID)?.stage?.standing
            let isChanged = light.bridge.id.name == bridge && was != light.bridge.schemeID
            return Bridge(
                card: BridgeCard(
                    light, number: number, now: state.now, language, texts: desk.texts),
                bridgeID: light.bridge.id.name,
                schemes: state.schemes.filter { $0.isValid(at: state.now) }.map { scheme in
                    Scheme(
                        id: scheme.schemeID, name: scheme.name[language],
                        path: desk.links.to("\(DisasterPaths.staffSchemes)/\(scheme.schemeID)"),
                        isChosen: scheme.schemeID == light.bridge.schemeID,
                        rows: SchemeRow.rows(
                            of: scheme, shown: shown, words: state.words, language))
                },
                was: isChanged ? was : nil)
        }
        empty = bridges.isEmpty ? EmptyState(desk.say("bridgeNone"), icon: "lamp") : nil
    }
}

/// The form of one scheme, and what it was before.
struct SchemeModel: TitledModel {
    struct Choice {
        let value: String
        let words: String
        let isChosen: Bool
    }

    struct Row {
        let key: String
        let stage: String
        let swatch: String
        let light: String
        let colour: String
        let patterns: [Choice]
        let error: String?
    }

    struct Earlier {
        let number: Int
        let when: String
        /// The lights that differ from the present ones.
        let rows: [SchemeRow]
    }

    let title: String
    let formToken: String
    let path: String
    let rows: [Row]
    let failed: Notice?
    let isSaved: Bool
    let earlier: [Earlier]
    let hasEarlier: Bool

    init(
        _ form: SchemeForm, earlier: [Attribute], isSaved: Bool, _ state: DisasterState,
        _ desk: StaffDesk
    ) {
        let language = desk.language
        let scheme = form.scheme
        title = scheme.name[language]
        formToken = desk.formToken
        path = desk.links.to("\(DisasterPaths.staffSchemes)/\(scheme.schemeID)")
        let standings = FloodStage.Standing.allCases.sorted { $0.severity > $1.severity }
        let shown = SchemeRow.rows(of: scheme, shown: nil, words: state.words, language)
        rows = zip(standings, shown).map { standing, row in
            Row(
                key: standing.rawValue, stage: row.stage, swatch: row.swatch, light: row.light,
                colour: Self.light(scheme, standing).colour.hex,
                patterns: Self.patterns(scheme, standing, desk),
                error: form.errors[standing]?[language])
        }
        failed = desk.notSaved(form.errors)
        self.isSaved = isSaved && !earlier.isEmpty
        self.earlier = earlier.enumerated().compactMap { number, attribute in
            // A state that this program cannot read any more is not offered.
            guard let before = try? scheme.with(stages: attribute.value) else { return nil }
            let rows = SchemeRow.rows(of: before, shown: nil, words: state.words, language)
            return Earlier(
                number: number,
                when: (attribute.modifiedAt ?? attribute.createdAt)?
                    .spoken(in: language, at: state.now) ?? "",
                rows: zip(rows, shown).filter { $0.light != $1.light }.map(\.0))
        }
        hasEarlier = !self.earlier.isEmpty
    }

    private static func light(
        _ scheme: BridgeScheme, _ standing: FloodStage.Standing
    ) -> BridgeScheme.Light {
        guard case .light(let light)? = scheme.steps[standing] else { return scheme.calm.light }
        return light
    }

    private static func patterns(
        _ scheme: BridgeScheme, _ standing: FloodStage.Standing, _ desk: StaffDesk
    ) -> [Choice] {
        let isCalm = scheme.steps[standing] == .calm
        let chosen = light(scheme, standing).pattern
        let lights = LampCommand.Pattern.allCases.filter { $0 != .off || !standing.isAlert }
            .map { pattern in
                Choice(
                    value: pattern.rawValue, words: LightWords.name(of: pattern)[desk.language],
                    isChosen: !isCalm && pattern == chosen)
            }
        guard !standing.isAlert else { return lights }
        return [
            Choice(value: "calm", words: desk.say("staffCalmLight"), isChosen: isCalm)
        ] + lights
    }
}
