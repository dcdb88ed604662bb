import CityKernel
import HTTPTypes
import Hummingbird
import NIOCore

/// `/health`: 200 while nothing fails, else 503; a page for people, JSON for watchers.
struct HealthPage: Sendable {
    let sources: [any HealthSource]
    let pages: PageRenderer
    let clock: any CityClock

    func addRoutes(to router: CityRouter) {
        router.get("/health") { request, context -> Response in
            var findings: [HealthFinding] = []
            for source in sources { findings += await source.healthFindings() }
            let state = findings.map(\.state).max() ?? .ok
            let status: HTTPResponse.Status = state == .failing ? .serviceUnavailable : .ok
            guard request.wantsHTML else { return json(findings, state, status) }
            let model = HealthModel(
                findings, state, texts: pages.texts, language: context.language,
                asOf: Age(clock.now, now: clock.now, language: context.language))
            let page = Page(
                title: model.title,
                body: try pages.render("health", model, links: context.links), status: status,
                canonicalPath: "/health", refreshSeconds: 30)
            return try pages.respond(with: page, to: request, context)
        }
    }

    private func json(
        _ findings: [HealthFinding], _ state: HealthFinding.State, _ status: HTTPResponse.Status
    ) -> Response {
        let checks = findings.map { finding in
            let check: JSONValue = [
                "state": .string(finding.state.rawValue), "value": finding.value,
                "words": .string(finding.words.english),
            ]
            return (finding.name, check)
        }
        let body: JSONValue = [
            "state": .string(state.rawValue), "at": .string(clock.now.iso8601),
            "checks": .object(JSONObject(checks)),
        ]
        return Response(
            status: status,
            headers: [.contentType: "application/json", .cacheControl: "no-store"],
            body: .init(byteBuffer: ByteBuffer(bytes: body.bytes)))
    }
}

/// What the page of health shows.
struct HealthModel {
    struct Line {
        let label: String
        let words: String
        let style: String
        let icon: String
        let state: String
    }

    let title: String
    let summary: Notice
    let lines: [Line]
    let asOf: Age

    init(
        _ findings: [HealthFinding], _ state: HealthFinding.State, texts: Texts,
        language: Language, asOf: Age
    ) {
        self.asOf = asOf
        title = texts["healthTitle"][language]
        summary = Notice(
            state.weight, title: texts["healthSummary-" + state.rawValue][language])
        lines = findings.map { finding in
            Line(
                label: finding.label[language], words: finding.words[language],
                style: finding.state.tagStyle,
                icon: finding.state == .ok ? "icon/check" : "icon/warning",
                state: texts["health-" + finding.state.rawValue][language])
        }
    }
}

extension HealthFinding.State {
    fileprivate var weight: Notice.Weight {
        switch self {
        case .ok: .good
        case .warning: .warning
        case .failing: .bad
        }
    }

    fileprivate var tagStyle: String {
        switch self {
        case .ok: "good"
        case .warning: "warn"
        case .failing: "bad"
        }
    }
}
