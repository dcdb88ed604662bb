import CityKernel
import CityWeb

/// What became of one import.
struct ImportRunModel {
    struct FaultRow {
        let line: String
        let column: String
        let seen: String
        let message: String
        let remedy: String

        init(_ fault: RowFault, _ language: Language) {
            line = String(fault.line)
            column = fault.column
            seen = fault.seen
            message = fault.refusal.message[language]
            remedy = fault.refusal.remedy[language]
        }
    }

    let title: String
    let lead: String
    let outcome: Notice
    let counts: Table
    let faults: [FaultRow]
    let hasFaults: Bool
    let faultsTitle: String
    let cut: String?

    init(_ run: ImportRun, now: Timestamp, _ links: Links, _ texts: Texts) {
        let language = links.language
        let report = run.report
        func text(_ key: String) -> String { texts[key][language] }
        title = run.origin
        lead =
            "\(run.at.spoken(in: language, at: now)) ・ \(run.mapping) (\(text("deviceEdition")) \(run.edition))"
        outcome = Self.outcome(run, language, texts)
        counts = Table(
            caption: text("importCounts"), hidesCaption: true,
            columns: [
                "importRead", "importCreated", "importChanged", "importUnchanged",
                "importMissing", "importRepeated", "importBad",
            ].map { .init(text($0), isNumber: true) },
            rows: [
                [
                    report.read, report.created, report.changed, report.unchanged,
                    report.missing, report.repeated, report.bad,
                ].map { .init(String($0)) }
            ], hasRowHeads: false)
        faults = report.faults.map { FaultRow($0, language) }
        hasFaults = !faults.isEmpty
        faultsTitle = text("importFaults")
        cut =
            report.faults.count >= RowReport.faultsMax
            ? text("importFaultsCut").replacing("{n}", with: "\(RowReport.faultsMax)") : nil
    }

    private static func outcome(
        _ run: ImportRun, _ language: Language, _ texts: Texts
    ) -> Notice {
        let report = run.report
        if let failure = run.failure {
            return Notice(
                .bad, title: texts["importFailedTitle"][language], text: failure.sentence[language])
        }
        let kept = texts["importKept"][language].replacing("{n}", with: "\(report.stored)")
        if report.bad == 0 { return Notice(.good, title: kept) }
        let linesShown = 8
        let lines = Set(report.faults.map(\.line)).sorted()
        let named = lines.prefix(linesShown).map(String.init).joined(separator: ", ")
        let words = texts["importBadLines"][language]
            .replacing("{n}", with: "\(report.bad)")
            .replacing("{lines}", with: named + (lines.count > linesShown ? " …" : ""))
        return Notice(report.stored == 0 ? .bad : .warning, title: words, text: kept)
    }
}
