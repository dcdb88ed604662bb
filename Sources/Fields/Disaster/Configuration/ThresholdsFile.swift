import CityKernel
import CityPlatform
import CityVocabulary

/// `thresholds.yaml`: the first editions of every gauge's thresholds.
///
/// The most dangerous file of a city: nothing in it is repaired or guessed.
struct ThresholdsFile {
    private let configuration: CityConfiguration
    private let file: String

    /// - Returns: what could be read; every mistake is collected.
    static func read(
        _ configuration: CityConfiguration, into collector: DiagnosticCollector
    ) -> [FloodThresholds] {
        guard let path = configuration.thresholdsPath,
            let text = configuration.text(of: path, into: collector)
        else { return [] }
        return parse(text, file: path, configuration, into: collector)
    }

    static func parse(
        _ text: String, file: String, _ configuration: CityConfiguration,
        into collector: DiagnosticCollector
    ) -> [FloodThresholds] {
        guard let top = ConfigurationNode.parse(text, file: file, into: collector) else {
            return []
        }
        return ThresholdsFile(configuration: configuration, file: file).thresholds(top)
    }

    private func thresholds(_ top: ConfigurationNode) -> [FloodThresholds] {
        top.checkKeys(required: ["freshness", "gauges"], optional: ["plausibility"])
        let judging = top["freshness"].flatMap(judging)
        let plausibility = top["plausibility"].map(plausibility) ?? Plausibility()
        var seen: Set<String> = []
        return top.elements(of: "gauges") { node -> FloodThresholds? in
            node.checkKeys(required: ["gauge", "periods"])
            let gaugeID = node["gauge"].flatMap { known($0, seen: &seen) }
            let editions = editions(node)
            guard let gaugeID, let judging, let plausibility, !editions.isEmpty else { return nil }
            return FloodThresholds(
                gaugeID: gaugeID, editions: editions, staleAfterMinutes: judging.stale,
                missingAfterMinutes: judging.missing, futureToleranceMinutes: judging.future,
                nearDangerCentimetres: judging.near, plausibleCentimetres: plausibility.range,
                riseCentimetresPerMinuteMax: plausibility.rise)
        }
    }

    private func known(_ node: ConfigurationNode, seen: inout Set<String>) -> EntityID? {
        guard let id = node.string() else { return nil }
        guard seen.insert(id).inserted else {
            node.report("the gauge `\(id)` stands twice", remedy: "put all periods under one entry")
            return nil
        }
        guard let gauge = configuration.gauge(id) else {
            let all = configuration.gauges.prefix(8).map(\.id).joined(separator: ", ")
            node.report("city.yaml has no gauge `\(id)`", remedy: "use one of: \(all)")
            return nil
        }
        return gauge.entityID
    }

    // MARK: - How readings are judged

    private struct Judging {
        var stale: Int
        var missing: Int
        var future: Int
        var near: Int
    }

    private struct Plausibility {
        var range = -500...2_000
        var rise = 30
    }

    private func judging(_ node: ConfigurationNode) -> Judging? {
        node.checkKeys(required: [
            "staleAfterMinutes", "missingAfterMinutes", "futureToleranceMinutes",
            "nearDangerCentimetres",
        ])
        let stale = node["staleAfterMinutes"]?.integer(in: 1...1_440)
        let missing = node["missingAfterMinutes"]?.integer(in: 1...2_880)
        let future = node["futureToleranceMinutes"]?.integer(in: 0...60)
        let near = node["nearDangerCentimetres"]?.integer(in: 0...1_000)
        if let stale, let missing, missing < stale {
            node["missingAfterMinutes"]?.report(
                "\(missing) is less than staleAfterMinutes (\(stale))",
                remedy: "use \(stale) or more")
            return nil
        }
        guard let stale, let missing, let future, let near else { return nil }
        return Judging(stale: stale, missing: missing, future: future, near: near)
    }

    private func plausibility(_ node: ConfigurationNode) -> Plausibility? {
        node.checkKeys(required: [
            "minimumCentimetres", "maximumCentimetres", "riseCentimetresPerMinuteMax",
        ])
        guard let lowest = node["minimumCentimetres"]?.integer(in: -10_000...1_000_000),
            let highest = node["maximumCentimetres"]?.integer(in: -10_000...1_000_000),
            let rise = node["riseCentimetresPerMinuteMax"]?.integer(in: 1...1_000)
        else { return nil }
        guard lowest < highest else {
            node["maximumCentimetres"]?.report(
                "it is not above minimumCentimetres", remedy: "use more than \(lowest)")
            return nil
        }
        return Plausibility(range: lowest...highest, rise: rise)
    }

    // MARK: - Editions

    private func editions(_ node: ConfigurationNode) -> [FloodThresholds.Edition] {
        guard let periods = node["periods"], let list = periods.list() else { return [] }
        if list.isEmpty { periods.report("there is no period", remedy: "add at least one") }
        var editions: [(edition: FloodThresholds.Edition, node: ConfigurationNode)] = []
        for node in list {
            guard let edition = edition(node) else { continue }
            if let other = editions.first(where: { $0.edition.overlaps(edition) }) {
                node["validFrom"]?.report(
                    "the period overlaps the one on line \(other.node.line)",
                    remedy: "close the earlier one with validTo")
            }
            editions.append((edition, node))
        }
        return editions.map(\.edition)
    }

    private func edition(_ node: ConfigurationNode) -> FloodThresholds.Edition? {
        node.checkKeys(required: [
            "validFrom", "validTo", "source", "approverNote", "levelsCentimetres",
        ])
        let period = node.period()
        let source = node["source"]?.string()
        let note = node["approverNote"]?.string()
        let levels = node["levelsCentimetres"].flatMap(levels)
        guard let period, let source, let note, let levels else { return nil }
        return FloodThresholds.Edition(
            levels: levels, validFrom: period.from, validTo: period.to, source: source,
            approvedBy: note)
    }

    private func levels(_ node: ConfigurationNode) -> [FloodStage.Level: Int]? {
        let known = FloodStage.Level.allCases.filter { $0 != .normal }
        node.checkKeys(required: [], optional: known.map(\.rawValue))
        var levels: [FloodStage.Level: Int] = [:]
        var below: (level: FloodStage.Level, value: Int)?
        for level in known {
            guard let value = node[level.rawValue]?.integer(in: -10_000...1_000_000) else {
                continue
            }
            if let below, value <= below.value {
                node[level.rawValue]?.report(
                    "\(value) is not above \(below.level.rawValue) (\(below.value))",
                    remedy:
                        "levels rise in the order \(known.map(\.rawValue).joined(separator: " < "))"
                )
                return nil
            }
            below = (level, value)
            levels[level] = value
        }
        if node.entries.isEmpty {
            node.report("a period without any level", remedy: "write at least one, or remove it")
        }
        return levels.isEmpty ? nil : levels
    }
}

extension FloodThresholds.Edition {
    func overlaps(_ other: FloodThresholds.Edition) -> Bool {
        let endsBefore = validTo.map { $0 <= other.validFrom } ?? false
        let beginsAfter = other.validTo.map { $0 <= validFrom } ?? false
        return !endsBefore && !beginsAfter
    }
}
