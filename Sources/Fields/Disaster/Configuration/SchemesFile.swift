import CityKernel
import CityPlatform
import CityVocabulary

/// `schemes.yaml`: the first editions of the bridges' colours.
struct SchemesFile {
    private let cityID: String
    private let periodMillisecondsMin: Int

    /// - Returns: what could be read; every mistake is collected.
    static func read(
        _ configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> [BridgeScheme] {
        guard let path = configuration.schemesPath,
            let text = configuration.text(of: path, into: collector)
        else { return [] }
        return parse(text, file: path, configuration, into: collector)
    }

    static func parse(
        _ text: String, file: String, _ configuration: CityConfiguration,
        into collector: DiagnosticCollector
    ) -> [BridgeScheme] {
        guard let top = ConfigurationNode.parse(text, file: file, into: collector) else {
            return []
        }
        top.checkKeys(required: ["limits", "schemes"])
        var minimum = LampCommand.periodMillisecondsMin
        if let limits = top["limits"] {
            limits.checkKeys(required: ["flashPeriodSecondsMin"])
            // Slower than the law of light is allowed, faster never.
            let seconds = limits["flashPeriodSecondsMin"]?.number(in: 0.334...10)
            if let seconds { minimum = Int((seconds * 1_000).rounded()) }
        }
        let reader = SchemesFile(cityID: configuration.id, periodMillisecondsMin: minimum)
        var seen: Set<String> = []
        let schemes = top.elements(of: "schemes") { reader.scheme($0, seen: &seen) }
        for lamp in configuration.lamps where !seen.contains(lamp.schemeID) {
            collector.add(
                Diagnostic(
                    file: "city.yaml", line: 0,
                    message: "lamps: \(lamp.id): scheme `\(lamp.schemeID)` is not in \(file)",
                    remedy: "use one of: \(seen.sorted().joined(separator: ", "))"))
        }
        return schemes
    }

    private func scheme(_ node: ConfigurationNode, seen: inout Set<String>) -> BridgeScheme? {
        node.checkKeys(
            required: ["id", "name", "validFrom", "validTo", "source", "calm", "stages"])
        let id = node["id"].flatMap { uniqueID($0, seen: &seen) }
        let name = node["name"]?.localizedText()
        let period = node.period()
        let source = node["source"]?.string()
        let calm = node["calm"].flatMap(calm)
        let stages = node["stages"].flatMap(stages)
        guard let id, let name, let period, let source, let calm, let stages else { return nil }
        return BridgeScheme(
            id: EntityID(type: BridgeScheme.entityType, name: "\(cityID):\(id)"), schemeID: id,
            name: name, validFrom: period.from, validTo: period.to, source: source, calm: calm,
            steps: stages.steps, keepsLast: stages.keepsLast)
    }

    private func uniqueID(_ node: ConfigurationNode, seen: inout Set<String>) -> String? {
        guard let id = node.string() else { return nil }
        guard EntityID("urn:ngsi-ld:BridgeScheme:\(cityID):\(id)") != nil else {
            node.report("`\(id)` is not an id", remedy: "use a-z, 0-9 and -")
            return nil
        }
        guard seen.insert(id).inserted else {
            node.report("the scheme `\(id)` stands twice", remedy: "give each its own id")
            return nil
        }
        return id
    }

    // MARK: - Lights

    private func calm(_ node: ConfigurationNode) -> BridgeScheme.Calm? {
        node.checkKeys(
            required: ["colour", "pattern", "from", "to"],
            optional: ["periodSeconds", "brightnessPercent"])
        let light = light(node)
        let beginning: BridgeScheme.Beginning?
        if node["from"]?.plainText == "sunset" {
            beginning = .sunset
        } else {
            beginning = node["from"]?.timeOfDay().map { .minuteOfDay($0) }
        }
        let end = node["to"]?.timeOfDay()
        guard let light, let beginning, let end else { return nil }
        return BridgeScheme.Calm(light: light, beginning: beginning, endMinuteOfDay: end)
    }

    private func stages(
        _ node: ConfigurationNode
    ) -> (steps: [FloodStage.Standing: BridgeScheme.Step], keepsLast: Set<FloodStage.Level>)? {
        let all = FloodStage.Standing.allCases
        guard node.checkKeys(required: all.map(\.rawValue)) else { return nil }
        var steps: [FloodStage.Standing: BridgeScheme.Step] = [:]
        for standing in all {
            guard let step = node[standing.rawValue].flatMap({ step($0, standing) }) else {
                continue
            }
            steps[standing] = step
        }
        let kept =
            node[FloodStage.Standing.missingDanger.rawValue]?
            .elements(of: "keepIfLast") { $0.choice(FloodStage.Level.self) } ?? []
        return steps.count == all.count ? (steps, Set(kept)) : nil
    }

    private func step(
        _ node: ConfigurationNode, _ standing: FloodStage.Standing
    ) -> BridgeScheme.Step? {
        let isFeared = standing == .missingDanger
        node.checkKeys(
            required: ["pattern"],
            optional: ["colour", "periodSeconds", "brightnessPercent", "level"]
                + (isFeared ? ["keepIfLast"] : []))
        if let level = node["level"] { _ = level.integer(in: 1...5) }
        if node["pattern"]?.plainText == "calm" {
            guard !standing.isAlert else {
                node.report(
                    "the calm light cannot stand for \(standing.rawValue)",
                    remedy: "choose steady or flashing with a colour")
                return nil
            }
            return .calm
        }
        guard let light = light(node) else { return nil }
        guard light.isVisible || !standing.isAlert else {
            node.report(
                "\(standing.rawValue) must not be dark", remedy: "choose a colour that can be seen")
            return nil
        }
        return .light(light)
    }

    private func light(_ node: ConfigurationNode) -> BridgeScheme.Light? {
        guard let pattern = node["pattern"]?.choice(LampCommand.Pattern.self) else { return nil }
        guard pattern != .off else { return .dark }
        guard let colourNode = node["colour"] else {
            node.report("a light needs a colour", remedy: "add colour: \"#RRGGBB\"")
            return nil
        }
        guard let text = colourNode.string() else { return nil }
        guard let colour = LampCommand.Colour(hex: text) else {
            colourNode.report("`\(text)` is not a colour", remedy: "write \"#RRGGBB\"")
            return nil
        }
        let slowest = Double(periodMillisecondsMin) / 1_000
        let period: Double? =
            node["periodSeconds"].map { $0.number(in: slowest...10) } ?? 1
        let brightness: Int? =
            node["brightnessPercent"].map { $0.integer(in: 1...100) } ?? 100
        guard let period, let brightness else { return nil }
        return BridgeScheme.Light(
            colour: colour, pattern: pattern,
            periodMilliseconds: Int((period * 1_000).rounded()), brightnessPercent: brightness)
    }
}
