import CityGateway
import CityIdentity
import CityKernel
package import CityWeb
import Hummingbird

/// `/staff/developers`: requests that wait for a decision, and the consumers of the city's APIs;
/// `/staff/developers/{id}`: one consumer's products, keys and use.
package struct ConsumersPage: Sendable {
    package static let menuItem = MenuItem(
        path: DeveloperPaths.staff,
        words: LocalizedText("APIの利用者", easy: "APIを つかう 人", en: "API consumers"), icon: "card")

    private let city: City

    package init(city: City) { self.city = city }

    package func addRoutes(to router: CityRouter) {
        router.get("staff/developers") { request, context in
            try context.requireStaff(.viewStaffPages)
            let waiting = try await city.gateway.listWaiting()
            let consumers = try await city.gateway.listConsumers()
            let now = city.clock.now
            return try await city.pages.respondToStaff(
                "developers/consumers", to: request, context
            ) { ConsumersModel(waiting, consumers, now: now, desk: $0) }
        }
        router.post("staff/developers") { request, context in
            try await decide(request, context)
        }
        router.get("staff/developers/:id") { request, context in
            try context.requireStaff(.viewStaffPages)
            return try await showOne(request, context)
        }
        router.post("staff/developers/:id") { request, context in
            try await change(request, context)
        }
    }

    private func decide(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        try context.requireStaff(.manageKeys)
        let form = try await request.readForm()
        guard let id = Int64(form["request"]) else { throw Self.unreadable }
        switch form["decision"] {
        case "approve":
            guard let plan = RatePlan(rawValue: form["plan"]), plan != .anyone else {
                throw Self.unreadable
            }
            try await city.gateway.approve(id, plan: plan, by: context.principal)
        case "refuse":
            try await city.gateway.refuse(id, answer: form["answer"], by: context.principal)
        default: throw Self.unreadable
        }
        return .afterChange(context.links.to(DeveloperPaths.staff))
    }

    private func find(_ context: CityRequestContext) async throws -> Gateway.Account {
        guard let id = Int64(try context.parameters.require("id")),
            let account = try await city.gateway.findAccount(id)
        else {
            throw Problem(
                .notFound, title: "The consumer is not known", detail: "Nobody has this number.")
        }
        return account
    }

    private func showOne(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        let account = try await find(context)
        let usage = try await city.gateway.listUsage(
            of: account.consumer.id, days: UsageModel.days)
        let signing = try await city.gateway.publicKeyIDs(of: account.consumer.id)
        let (now, today) = (city.clock.now, city.gateway.today)
        return try await city.pages.respondToStaff(
            "developers/consumer", to: request, context,
            page: {
                $0.crumbs = [
                    .init(Self.menuItem.words[context.language], path: DeveloperPaths.staff)
                ]
            },
            model: {
                ConsumerModel(account, usage, signing: signing, today: today, now: now, desk: $0)
            })
    }

    private func change(
        _ request: Request, _ context: CityRequestContext
    ) async throws -> Response {
        try context.requireStaff(.manageKeys)
        let account = try await find(context)
        let id = account.consumer.id
        let form = try await request.readForm()
        if let key = Int64(form["revoke"]) {
            guard account.keys.contains(where: { $0.id == key }) else { throw Self.unreadable }
            try await city.gateway.revokeKey(key, by: context.principal)
        } else if !form["jwk"].isEmpty {
            try await city.gateway.addPublicKey(form["jwk"], of: id, by: context.principal)
        } else if !form["end"].isEmpty {
            try await city.gateway.endSubscription(id, of: form["end"], by: context.principal)
        } else if let plan = RatePlan(rawValue: form["plan"]) {
            try await city.gateway.subscribe(
                id, to: form["product"], plan: plan, by: context.principal)
        } else {
            throw Self.unreadable
        }
        return .afterChange(context.links.to(DeveloperPaths.consumer(id)))
    }

    private static let unreadable = Problem(
        .badRequestData, title: "The form cannot be read", detail: "Nothing was changed.",
        remedy: "Open the page again.")
}

/// Requests and consumers.
struct ConsumersModel: TitledModel {
    struct Waiting {
        let id: String
        let name: String
        let organisation: String
        let contact: String
        let purpose: String
        let products: String
        let asked: String
    }

    let title: String
    let formToken: String
    let waiting: [Waiting]
    let noneWaits: EmptyState?
    let consumers: [RowLink]
    let noConsumers: EmptyState?
    let plans: [PlanChoice]

    init(
        _ waiting: [AccessRequest], _ consumers: [Consumer], now: Timestamp, desk: StaffDesk
    ) {
        title = ConsumersPage.menuItem.words[desk.language]
        formToken = desk.formToken
        self.waiting = waiting.map { request in
            Waiting(
                id: String(request.id), name: request.name, organisation: request.organisation,
                contact: request.contact, purpose: request.purpose,
                products: request.products.compactMap { APIProduct.find($0) }
                    .map { $0.title[desk.language] }.joined(separator: " / "),
                asked: request.askedAt.spokenAge(in: desk.language, at: now))
        }
        noneWaits = waiting.isEmpty ? EmptyState(desk.say("askNoneWaits"), icon: "check") : nil
        self.consumers = consumers.map { consumer in
            RowLink(
                consumer.name, path: desk.links.to(DeveloperPaths.consumer(consumer.id)),
                icon: "card", note: consumer.organisation)
        }
        noConsumers = consumers.isEmpty ? EmptyState(desk.say("consumersNone"), icon: "card") : nil
        plans = PlanChoice.all(desk, chosen: .standard)
    }
}

struct PlanChoice {
    let value: String
    let words: String
    let isChosen: Bool

    static func all(_ desk: StaffDesk, chosen: RatePlan?) -> [PlanChoice] {
        RatePlan.allCases.filter { $0 != .anyone }.map { plan in
            PlanChoice(
                value: plan.rawValue,
                words: "\(plan.title[desk.language]) "
                    + plan.words(desk.texts, desk.language),
                isChosen: plan == chosen)
        }
    }
}

/// One consumer.
struct ConsumerModel: TitledModel {
    struct Product {
        let name: String
        let title: String
        /// Whether the subscription holds.
        let isHeld: Bool
        let plans: [PlanChoice]
    }

    struct Key {
        let id: String
        let scope: String
        /// Whether its holder signs instead of sending it.
        let isPublic: Bool
        let state: String
        let style: String
        let used: String
        let isOpen: Bool
    }

    let title: String
    let formToken: String
    let path: String
    let organisation: String
    let contact: String
    /// As OAuth names the consumer.
    let client: String
    let since: String
    let products: [Product]
    let keys: [Key]
    let usage: UsageModel

    init(
        _ account: Gateway.Account, _ usage: [(key: Usage.Key, usage: Usage)],
        signing: Set<Int64>, today: Int, now: Timestamp, desk: StaffDesk
    ) {
        let language = desk.language
        title = account.consumer.name
        formToken = desk.formToken
        path = desk.links.to(DeveloperPaths.consumer(account.consumer.id))
        organisation = account.consumer.organisation
        contact = account.consumer.contact
        client = account.consumer.clientID
        since = account.consumer.createdAt.spokenDate(in: language, withYear: true)
        products = APIProduct.all.map { product in
            let held = account.subscriptions.first {
                $0.product == product.name && $0.endedAt == nil
            }
            return Product(
                name: product.name, title: product.title[language], isHeld: held != nil,
                plans: PlanChoice.all(desk, chosen: held?.plan ?? .standard))
        }
        keys = account.keys.map { key in
            let isOpen = key.revokedAt == nil && now < key.expiresAt
            return Key(
                id: String(key.id), scope: key.scope.rawValue,
                isPublic: signing.contains(key.id),
                state: desk.say(
                    key.revokedAt != nil
                        ? "keyRevoked" : now < key.expiresAt ? "keyOpen" : "keyExpired"),
                style: isOpen ? "good" : "",
                used: key.lastUsedAt?.spokenAge(in: language, at: now) ?? desk.say("keyUnused"),
                isOpen: isOpen)
        }
        self.usage = UsageModel(usage, today: today, language, desk.texts)
    }
}
