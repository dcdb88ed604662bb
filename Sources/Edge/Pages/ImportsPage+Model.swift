import CityKernel
import CityWeb

struct ListedSource: Sendable {
    var name: String
    var path: String?
    var interval: Duration
    var isActive: Bool
    var health: SourceHealth
}

struct UploadModel {
    let title: String
    let formToken: String
    let failed: Notice?
    let path: String
    let fields: [FormField]
}

/// The plain values of the list.
struct ImportsModel {
    struct MappingRow {
        let name: String
        let path: String
        let types: String
        let edition: String
    }

    struct SourceRow {
        let name: String
        let path: String?
        let tag: String
        let style: String
        let icon: String
        let seen: Age?
        let trouble: String?
    }

    struct RunRow {
        let origin: String
        let path: String
        let when: String
        let mapping: String
        let stored: String
        let bad: String
        let isBad: Bool
    }

    let title: String
    let mayEdit: Bool
    let newImport: String
    let newSource: String
    let alarm: Notice?
    let runs: [RunRow]
    let hasRuns: Bool
    let empty: EmptyState?
    let sources: [SourceRow]
    let hasSources: Bool
    let mappings: [MappingRow]
    let hasMappings: Bool
    let layouts: [String]

    init(
        mappings: [String: [Edition<ImportMapping>]], sources: [ListedSource],
        runs: [ImportRun], mayEdit: Bool, now: Timestamp, links: Links, texts: Texts
    ) {
        let language = links.language
        func text(_ key: String) -> String { texts[key][language] }
        title = ImportsPage.menuItem.words[language]
        self.mayEdit = mayEdit
        newImport = links.to(EdgePaths.newImport)
        newSource = links.to(EdgePaths.newSource)
        let current = mappings.keys.sorted().compactMap {
            mappings[$0]?.edition(at: now) ?? mappings[$0]?.first
        }
        let names = Dictionary(
            current.map { ($0.value.id, $0.value.name) }, uniquingKeysWith: { first, _ in first })
        self.mappings = current.map {
            MappingRow(
                name: $0.value.name,
                path: links.to("\(EdgePaths.newImport)?from=mapping:\($0.value.id)"),
                types: $0.value.types.joined(separator: " "),
                edition: Self.editions($0, mappings[$0.value.id] ?? [], now, language))
        }
        hasMappings = !current.isEmpty
        self.sources = sources.map { Self.row($0, now, links, texts) }
        hasSources = !sources.isEmpty
        let silent = self.sources.filter { $0.style == "bad" }
        alarm =
            silent.isEmpty
            ? nil
            : Notice(
                .bad,
                title: text("importSilent").replacing("{n}", with: "\(silent.count)"),
                text: text("importSilentText"),
                places: silent.map {
                    [$0.name, $0.trouble].compactMap(\.self).joined(separator: ": ")
                })
        self.runs = runs.map { run in
            RunRow(
                origin: run.origin, path: links.to(EdgePaths.run(run.id)),
                when: run.at.spoken(in: language, at: now),
                mapping: names[run.mapping] ?? run.mapping, stored: String(run.report.stored),
                bad: run.failure == nil ? String(run.report.bad) : text("importFailed"),
                isBad: run.failure != nil || run.report.bad > 0)
        }
        hasRuns = !runs.isEmpty
        empty =
            runs.isEmpty
            ? EmptyState(
                text("importNone"), text: text("importNoneText"), icon: "in",
                action: mayEdit ? Action(text("importNew"), path: newImport) : nil) : nil
        layouts = Layout.all.map { $0.name[language] }
    }

    /// Silence of a publisher is danger, not calm: three intervals without a good answer.
    /// The edition that holds, and the one that follows: `2 → 3 (4月1日…)`.
    private static func editions(
        _ current: Edition<ImportMapping>, _ all: [Edition<ImportMapping>], _ now: Timestamp,
        _ language: Language
    ) -> String {
        let next = all.first { $0.validFrom > now }
        let coming = next.map { "\($0.number) (\($0.validFrom.spoken(in: language, at: now)))" }
        let holds = current.validFrom <= now ? String(current.number) : nil
        return [holds, coming].compactMap(\.self).joined(separator: " → ")
    }

    private static func row(
        _ source: ListedSource, _ now: Timestamp, _ links: Links, _ texts: Texts
    ) -> SourceRow {
        let language = links.language
        let health = source.health
        let limit = source.interval * 3
        let isSilent = health.lastGoodAt.map { now.since($0) > limit } ?? (health.failures > 0)
        let (key, style, icon) =
            !source.isActive
            ? ("importStopped", "", "icon/out")
            : isSilent
                ? ("importSourceSilent", "bad", "icon/stop")
                : health.lastFailure != nil
                    ? ("importSourceFailing", "warn", "icon/warning")
                    : health.lastGoodAt == nil
                        ? ("importSourceWaiting", "warn", "icon/clock")
                        : ("importSourceGood", "good", "icon/check")
        return SourceRow(
            name: source.name, path: source.path.map(links.to),
            tag: texts[key][language], style: style, icon: icon,
            seen: health.lastGoodAt.map { Age($0, now: now, language: language, oldAfter: limit) },
            trouble: health.lastFailure?.message[language])
    }
}
