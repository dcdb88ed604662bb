import CityKernel
import CityPlatform
import CityVocabulary

/// `texts.yaml`: the reviewed words of each river stage.
enum TextsFile {
    /// - Returns: what could be read; every mistake is collected.
    static func read(
        _ configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> [StageText] {
        guard let path = configuration.textsPath,
            let text = configuration.text(of: path, into: collector)
        else { return [] }
        return parse(text, file: path, configuration, into: collector)
    }

    static func parse(
        _ text: String, file: String, _ configuration: CityConfiguration,
        into collector: DiagnosticCollector
    ) -> [StageText] {
        guard let top = ConfigurationNode.parse(text, file: file, into: collector) else {
            return []
        }
        top.checkKeys(required: ["review", "stages"])
        top["review"]?.checkKeys(required: ["by", "date"], optional: ["note"])
        guard let stages = top["stages"] else { return [] }
        let all = FloodStage.Standing.allCases
        stages.checkKeys(required: all.map(\.rawValue))
        return all.compactMap { standing in
            guard let node = stages[standing.rawValue] else { return nil }
            node.checkKeys(required: ["name", "doNow"])
            let name = node["name"]?.localizedText(lengthMax: StageText.charactersMax)
            let doNow = node["doNow"]?.localizedText(lengthMax: StageText.charactersMax)
            guard let name, let doNow else { return nil }
            return StageText(
                id: EntityID(
                    type: StageText.entityType, name: "\(configuration.id):\(standing.rawValue)"),
                standing: standing, name: name, doNow: doNow)
        }
    }
}
