import CityGateway
import CityIdentity
import CityKernel
package import CityWeb
import Hummingbird

/// `/developers/keys`: a vendor asks for a key; `/developers/requests/{secret}`: the vendor follows
/// the request, fetches the key once, and sees what was used.
///
/// Plan: データ連携基盤, 公開API
package struct KeyRequestPages: Sendable {
    static let formBytesMax = 16 * 1_024

    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get("developers/keys") { request, context in
            try show(KeyRequestForm(), request, context)
        }
        router.post("developers/keys") { request, context in
            try await ask(request, context)
        }
        router.get("developers/requests/:secret") { request, context in
            try await follow(request, context)
        }
        router.post("developers/requests/:secret/key") { request, context in
            try await claim(request, context)
        }
    }

    private func show(
        _ form: KeyRequestForm, _ request: Request, _ context: CityRequestContext
    ) throws -> Response {
        let model = KeyRequestModel(form, context.links, city.pages.texts)
        return try city.pages.respond(
            with: Page(
                title: model.title,
                body: try city.pages.render("developers/ask", model, links: context.links),
                crumbs: [.developers(city, context.links)]),
            to: request, context)
    }

    private func ask(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let form = KeyRequestForm(reading: try await request.readForm(upTo: Self.formBytesMax))
        guard form.faults.isEmpty else { return try show(form, request, context) }
        try city.gateway.take("request", from: SandboxPage.address(context))
        let token = try await city.gateway.ask(try form.request())
        return .afterChange(context.links.to(DeveloperPaths.request(token.text)))
    }

    private func find(
        _ context: CityRequestContext
    ) async throws -> (SecretToken, AccessRequest) {
        guard let token = SecretToken(try context.parameters.require("secret")),
            let found = try await city.gateway.findRequest(token)
        else {
            throw Problem(
                .notFound, title: "The request is not known",
                detail: "The link is not complete, or the request was deleted.",
                remedy: "Ask anew at \(DeveloperPaths.keys).")
        }
        return (token, found)
    }

    private func follow(
        _ request: Request, _ context: CityRequestContext, key: NewDeviceKey? = nil
    ) async throws -> Response {
        let (token, found) = try await find(context)
        var usage: [(key: Usage.Key, usage: Usage)] = []
        if let consumer = found.consumerID {
            usage = try await city.gateway.listUsage(of: consumer, days: UsageModel.days)
        }
        let model = FollowModel(
            found, path: DeveloperPaths.request(token.text), key: key, usage: usage,
            today: city.gateway.today, now: city.clock.now, context.links, city.pages.texts)
        return try city.pages.respond(
            with: Page(
                title: model.title,
                body: try city.pages.render("developers/follow", model, links: context.links),
                assets: [.reference],
                crumbs: [.developers(city, context.links)]),
            to: request, context)
    }

    /// The key is in this one answer only; reloading asks again and finds it fetched.
    private func claim(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let (token, _) = try await find(context)
        let key = try await city.gateway.claim(token)
        return try await follow(request, context, key: key)
    }
}

/// A request as typed.
struct KeyRequestForm: Sendable {
    var name = ""
    var organisation = ""
    var contact = ""
    var purpose = ""
    var products: Set<String> = [APIProduct.contextRead.name]
    private(set) var faults: [String: LocalizedText] = [:]

    init() {}

    init(reading form: FormData) {
        name = form["name"]
        organisation = form["organisation"]
        contact = form["contact"]
        purpose = form["purpose"]
        products = Set(form.all("products"))
        faults = AccessRequest.faults(
            name: name, organisation: organisation, contact: contact, purpose: purpose,
            products: Array(products))
    }

    func request() throws(Problem) -> AccessRequest {
        try AccessRequest(
            name: name, organisation: organisation, contact: contact, purpose: purpose,
            products: APIProduct.all.map(\.name).filter(products.contains))
    }
}

/// The form of a request.
struct KeyRequestModel: TitledModel {
    struct Choice {
        let value: String
        let title: String
        let summary: String
        let isChosen: Bool
    }

    let title: String
    let fields: [FormField]
    let purpose: FormField
    let products: [Choice]
    let productsError: String?
    let failed: Notice?

    init(_ form: KeyRequestForm, _ links: Links, _ texts: Texts) {
        let language = links.language
        title = texts["developersKeyAsk"][language]
        func field(
            _ name: String, _ value: String, kind: FormField.Kind = .input(type: "text"),
            max: Int = AccessRequest.nameCharactersMax
        ) -> FormField {
            FormField(
                name, label: texts["ask-\(name)"][language], kind: kind, value: value,
                hint: texts["ask-\(name)Hint"][language], error: form.faults[name]?[language],
                charactersMax: max)
        }
        fields = [
            field("name", form.name), field("organisation", form.organisation),
            field("contact", form.contact, kind: .input(type: "email")),
        ]
        purpose = field(
            "purpose", form.purpose, kind: .text, max: AccessRequest.purposeCharactersMax)
        products = APIProduct.all.map { product in
            Choice(
                value: product.name, title: product.title[language],
                summary: product.summary[language],
                isChosen: form.products.contains(product.name))
        }
        productsError = form.faults["products"]?[language]
        failed =
            form.faults.isEmpty
            ? nil
            : Notice(
                .bad, title: texts["askNotSent"][language],
                text: texts["problemInputDo"][language])
    }
}

/// A request on its way.
struct FollowModel: TitledModel {
    let title: String
    let state: Notice
    /// Whether the key waits to be fetched.
    let canClaim: Bool
    let claimPath: String
    let key: String?
    let keyCommand: String?
    /// How the key buys a token of one hour.
    let tokenCommand: String?
    let products: [String]
    let usage: UsageModel?

    init(
        _ request: AccessRequest, path: String, key: NewDeviceKey?,
        usage: [(key: Usage.Key, usage: Usage)], today: Int, now: Timestamp, _ links: Links,
        _ texts: Texts
    ) {
        let language = links.language
        title = request.name
        let weight: Notice.Weight =
            switch request.state {
            case .waiting: .plain
            case .approved, .claimed: .good
            case .refused: .warning
            }
        let answer = request.answer.isEmpty ? "" : " " + request.answer
        state = Notice(
            weight, title: texts["request-\(request.state.rawValue)"][language],
            text: texts["request-\(request.state.rawValue)Text"][language] + answer)
        canClaim = request.state == .approved
        claimPath = links.to(path + "/key")
        self.key = key?.token.text
        keyCommand = key.map { key in
            """
            curl -H 'Authorization: Bearer \(key.token.text)' \\
              'BASE/ngsi-ld/v1/entities?type=FloodStage&options=keyValues'
            """
        }
        tokenCommand = request.consumerID.map { consumer in
            """
            curl -u '\(Consumer.clientID(consumer)):\(key?.token.text ?? "KEY")' \\
              -d grant_type=client_credentials -d scope=\(request.products.first ?? "") \\
              BASE\(OAuthDoors.token)
            """
        }
        products = request.products.compactMap { APIProduct.find($0) }
            .map { "\($0.title[language]) (\($0.name))" }
        self.usage =
            request.state == .claimed
            ? UsageModel(usage, today: today, language, texts) : nil
    }
}
