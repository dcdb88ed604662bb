import CityConsent
import CityIdentity
import CityKernel
package import CityWeb
import HTTPTypes
import Hummingbird

/// `/my/data`: what the city holds of a resident, every yes and no of theirs with its receipt, and
/// what was read in emergencies.
///
/// Plan: オプトイン, 安心・安全なデジタル環境
package struct MyDataPages: Sendable {
    static let path = "/my/data"

    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get("my/data") { request, context in try await show(request, context) }
        router.post("my/data") { request, context -> Response in
            let resident = try context.requireResident().session.resident
            let form = try await request.readForm()
            if form["withdraw"].isEmpty {
                try await city.consent.grant(
                    form["grant"], version: form["version"], for: resident.id, by: resident.actor)
            } else {
                try await city.consent.withdraw(
                    form["withdraw"], of: resident.id, by: resident.actor)
            }
            return .afterChange(context.links.to(Self.path))
        }
        router.get("my/data/receipts/:id") { request, context in
            try await receipt(request, context)
        }
        router.get("my/data/receipts/:id/json") { _, context -> Response in
            let json = try await find(context).json(
                controller: city.configuration.name.japanese, at: city.clock.now)
            return Response(
                status: .ok,
                headers: [
                    .contentType: "application/json; charset=utf-8", .cacheControl: "no-store",
                    .contentDisposition: "attachment; filename=\"consent-receipt.json\"",
                ], body: .init(byteBuffer: .init(bytes: json.bytes)))
        }
    }

    private func find(_ context: CityRequestContext) async throws -> ConsentReceipt {
        let resident = try context.requireResident().session.resident
        let id = try context.parameters.require("id", as: Int64.self)
        guard let found = try await city.consent.receipt(id, of: resident.id) else {
            throw Problem(
                .notFound, title: "There is no such receipt",
                detail: "It is another person's, or never was.")
        }
        return found
    }

    private func show(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let person = try context.requireResident()
        let id = person.session.resident.id
        let model = MyDataModel(
            city.consent.catalogue, try await city.consent.list(of: id),
            held: try await city.consent.listHeld(of: id),
            emergencies: try await city.consent.listEmergencyReads(of: id),
            formToken: person.formToken, at: city.clock.now, city.pages.texts, context.links)
        return try respond("consent/my-data", model, request, context)
    }

    private func receipt(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let found = try await find(context)
        let model = ReceiptModel(
            found, city.consent.catalogue, city: city.configuration.name, at: city.clock.now,
            city.pages.texts, context.links)
        return try respond("consent/receipt", model, request, context)
    }

    private func respond(
        _ template: String, _ model: some TitledModel, _ request: Request,
        _ context: CityRequestContext
    ) throws -> Response {
        let body = try city.pages.render(template, model, links: context.links)
        return try city.pages.respond(
            with: Page(
                title: model.title, body: body,
                crumbs: [.init(MyPages.menuItem.words[context.language], path: "/my")]),
            to: request, context)
    }
}

/// What `/my/data` shows.
struct MyDataModel: TitledModel {
    struct Choice {
        let id: String
        let version: String
        let title: String
        let purpose: String
        let recipient: String
        let kinds: String
        let days: String
        let anonymisation: String
        let benefit: String
        let safety: String
        /// Of a consent that holds; `nil` without one.
        let until: String?
        let receipt: String?
    }

    struct Past {
        let title: String
        let state: String
        let when: String
        let receipt: String
    }

    struct Held {
        let kind: String
        let since: String
    }

    let title: String
    let formToken: String
    let choices: [Choice]
    let past: [Past]
    let held: [Held]
    let emergencies: [Held]

    init(
        _ catalogue: ConsentCatalogue, _ records: [ConsentRecord],
        held: [(kind: String, since: Timestamp)],
        emergencies: [(disclosure: Int64, kind: String, at: Timestamp)], formToken: String,
        at now: Timestamp, _ texts: Texts, _ links: Links
    ) {
        let language = links.language
        title = texts["dataTitle"][language]
        self.formToken = formToken
        choices = catalogue.notices.map { notice in
            let record = records.first { $0.purpose == notice.id && $0.holds(at: now) }
            return Choice(
                id: notice.id, version: notice.version, title: notice.title[language],
                purpose: notice.purpose[language],
                recipient: catalogue.recipients[notice.recipient]?[language] ?? notice.recipient,
                kinds: catalogue.words(for: notice.kinds, language),
                days: texts["dataDays"][language].replacing(
                    "{n}", with: String(Int(notice.retention.inSeconds / 86_400))),
                anonymisation: notice.anonymisation[language], benefit: notice.benefit[language],
                safety: notice.safety[language],
                until: record?.expiresAt.spokenDate(in: language, withYear: true),
                receipt: record.map { links.to("\(MyDataPages.path)/receipts/\($0.id)") })
        }
        past = records.filter { !$0.holds(at: now) }.map { record in
            Past(
                title: catalogue.notice(record.purpose)?.title[language] ?? record.purpose,
                state: texts["dataState-\(record.state(at: now).rawValue)"][language],
                when: (record.withdrawnAt ?? record.replacedAt ?? record.expiresAt).spokenDate(
                    in: language, withYear: true),
                receipt: links.to("\(MyDataPages.path)/receipts/\(record.id)"))
        }
        self.held = held.map {
            Held(
                kind: catalogue.words(for: [$0.kind], language),
                since: $0.since.spokenDate(in: language, withYear: true))
        }
        self.emergencies = emergencies.map {
            Held(
                kind: catalogue.words(for: [$0.kind], language),
                since: $0.at.spokenDate(in: language, withYear: true) + " " + $0.at.spokenClock)
        }
    }
}

/// A receipt as a sheet to print.
struct ReceiptModel: TitledModel {
    struct Line {
        let term: String
        let words: String
    }

    let title: String
    let number: String
    let lines: [Line]
    let json: String

    init(
        _ receipt: ConsentReceipt, _ catalogue: ConsentCatalogue, city: LocalizedText,
        at now: Timestamp, _ texts: Texts, _ links: Links
    ) {
        let (language, record) = (links.language, receipt.record)
        title = texts["receiptTitle"][language]
        number = String(record.id)
        json = links.to("\(MyDataPages.path)/receipts/\(record.id)/json")
        func word(_ key: String) -> String {
            receipt.notice[key]?[Self.code(language)]?.string ?? ""
        }
        func day(_ instant: Timestamp) -> String {
            instant.spokenDate(in: language, withYear: true) + " " + instant.spokenClock
        }
        var lines = [
            Line(term: texts["receiptCity"][language], words: city[language]),
            Line(
                term: texts["dataPurpose"][language], words: word("title") + " — " + word("purpose")
            ),
            Line(
                term: texts["dataRecipient"][language],
                words: catalogue.recipients[record.recipient]?[language] ?? record.recipient),
            Line(
                term: texts["dataKinds"][language],
                words: catalogue.words(for: record.kinds, language)),
            Line(term: texts["dataAnonymous"][language], words: word("anonymisation")),
            Line(term: texts["dataBenefit"][language], words: word("benefit")),
            Line(term: texts["dataSafety"][language], words: word("safety")),
            Line(
                term: texts["receiptGiven"][language],
                words: day(record.givenAt) + " "
                    + texts["receiptWay-\(record.way.rawValue)"][language]),
            Line(term: texts["familyUntil"][language], words: day(record.expiresAt)),
        ]
        if let end = record.withdrawnAt {
            lines.append(Line(term: texts["dataState-withdrawn"][language], words: day(end)))
        }
        lines.append(
            Line(term: texts["receiptVersion"][language], words: String(record.version.prefix(16))))
        self.lines = lines
    }

    private static func code(_ language: Language) -> String {
        switch language {
        case .easyJapanese: "easy"
        case .english: "en"
        default: "ja"
        }
    }
}
