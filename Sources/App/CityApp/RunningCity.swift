import CityBroker
import CityConsent
import CityGateway
package import CityIdentity
package import CityKernel
package import CityPlatform
import CityRelease
import CityStore
import CityWeb
import Foundation
package import Logging
import ServiceLifecycle

/// The composition root: the city's files, database, capabilities and services put together.
package final class RunningCity: Sendable {
    package let city: City
    package let files: CityFiles
    /// The first account, made when there was none; its password is shown once.
    package let firstStaff: NewStaff?
    /// The audit as a log that anyone can check.
    let audit: AuditLog
    let opening: CityOpening
    let server: CityServer
    let tenants: TenantDirectory
    let folder: DataFolder

    /// Reads the files, brings the database up to date and states the opening facts.
    /// - Throws: `CommandFailure`.
    package init(
        _ opening: CityOpening, clock: any CityClock = SystemClock(), logger: Logger
    ) async throws {
        let files = try CityFiles(reading: opening.cityFolder)
        let folder = try DataFolder(opening.dataFolder)
        let store = try await Stores.open(
            opening.storeConfiguration(cityID: files.configuration.id), clock: clock,
            logger: logger)
        do {
            let outbound = OutboundClient(
                opening.isOpenAPI
                    ? files.configuration.outbound.openToLoopback() : files.configuration.outbound,
                neighbours: try Self.neighbours(files, clock, logger))
            try await store.migrate(
                Broker.migrations + Identity.migrations + Consent.migrations
                    + Gateway.migrations + BudgetLedger.migrations
                    + files.services.flatMap(\.migrations))
            let broker = try Broker(
                store: store, rules: files.services.flatMap { $0.rules() }, clock: clock,
                logger: logger, outbound: outbound, history: files.configuration.history,
                inspection: Self.inspection(files, tenant: nil))
            tenants = TenantDirectory(home: broker) { [opening, cityID = files.configuration.id] in
                try await Self.openTenant(
                    opening.storeConfiguration(cityID: cityID, tenant: $0), clock, logger, outbound,
                    history: files.configuration.history,
                    inspection: Self.inspection(files, tenant: $1), named: $1)
            }
            let identity = Identity(store: store, clock: clock, logger: logger)
            audit = try AuditLog(
                store: store, clock: clock,
                secret: try SecretFile<AuditSecret>(in: opening.dataFolder).readOrMake(),
                settings: files.configuration.audit)
            try await audit.open()
            try await Self.state(files, in: broker)
            firstStaff = try await identity.createFirstStaff()
            let consent = Consent(
                catalogue: files.configuration.consent, store: store,
                key: try SecretFile<VaultKey>(in: opening.dataFolder).readOrMake(), clock: clock)
            let gateway = Gateway(
                store: store, identity: identity, clock: clock, logger: logger)
            try await gateway.openAccounts(
                (files.configuration.neighbours?.neighbours ?? []).map(\.account))
            city = City(
                configuration: files.configuration, registry: files.registry, store: store,
                broker: broker, identity: identity, consent: consent, gateway: gateway,
                pages: try Self.pages(files, clock, opening), clock: clock,
                logger: logger, dataFolder: opening.dataFolder, isOpenAPI: opening.isOpenAPI)
            server = CityServer(
                pages: city.pages, store: store, broker: broker, identity: identity,
                publishedTypes: files.registry.manifests.reduce(into: []) {
                    $0.formUnion($1.publishes)
                },
                dataFolder: opening.dataFolder, health: [OutboxHealthSource(store: store)],
                clock: clock, logger: logger, isTLS: opening.isBehindTLS,
                residentSignIn: try Self.residentSignIn(files, opening, identity, outbound),
                access: .city)
            for service in files.services { try await service.prepare(city) }
        } catch {
            await store.close()
            throw error
        }
        self.files = files
        self.opening = opening
        self.folder = folder
    }

    /// Does one piece of work and closes the database, for commands that do not serve.
    package func closing<Value>(_ work: () async throws -> Value) async throws -> Value {
        do {
            let value = try await work()
            await closeStores()
            return value
        } catch {
            await closeStores()
            throw error
        }
    }

    func closeStores() async {
        await tenants.close()
        await city.store.close()
    }

    /// The files were judged a moment ago; what happened to them since ends the start.
    private static func neighbours(
        _ files: CityFiles, _ clock: any CityClock, _ logger: Logger
    ) throws -> NeighbourDirectory? {
        guard let settings = files.configuration.neighbours else { return nil }
        do {
            return try NeighbourDirectory(settings, clock: clock, logger: logger)
        } catch {
            throw CommandFailure(.wrongInput, error.message, remedy: error.remedy)
        }
    }

    /// A tenant has the picture of now and of the past, and no rules: those are the city's own.
    private static func openTenant(
        _ configuration: StoreConfiguration, _ clock: any CityClock, _ logger: Logger,
        _ outbound: OutboundClient, history: HistorySettings, inspection: Inspection,
        named name: String
    ) async throws -> Broker {
        var logger = logger
        logger[metadataKey: "tenant"] = "\(name)"
        let store = try await Stores.open(configuration, clock: clock, logger: logger)
        do {
            try await store.migrate(Broker.migrations)
            return try Broker(
                store: store, rules: [], clock: clock, logger: logger, outbound: outbound,
                history: history, inspection: inspection)
        } catch {
            await store.close()
            throw error
        }
    }

    /// - Throws: `CommandFailure` when the city's own key cannot be read.
    private static func residentSignIn(
        _ files: CityFiles, _ opening: CityOpening, _ identity: Identity,
        _ outbound: OutboundClient
    ) throws -> OpenIDSignIn? {
        guard let known = files.configuration.signIn else { return nil }
        let file = URL(
            fileURLWithPath: known.keyFile, relativeTo: opening.dataFolder.absoluteURL)
        do {
            let settings = try OpenIDSettings(
                issuer: known.issuer, clientID: known.clientID,
                redirectAddress: known.address + MyPages.callbackPath, scopes: known.scopes,
                keyPEM: String(contentsOf: file, encoding: .utf8), keyID: known.keyID)
            return OpenIDSignIn(
                settings, identity: identity, connection: OutboundOpenIDConnection(outbound))
        } catch {
            throw CommandFailure(
                .surroundings, "the key of signIn, \(file.path), cannot be read",
                remedy: "put there a P-256 private key in PEM: openssl ecparam -name prime256v1 "
                    + "-genkey -noout")
        }
    }

    private static let folderSource = "city-folder"

    /// The city's own files are checked when they are read.
    private static func inspection(_ files: CityFiles, tenant: String?) -> Inspection {
        Inspection(
            files.configuration.types.mode(of: tenant), CatalogueBook(), trusted: [folderSource])
    }

    // MARK: - Opening

    /// Registers are brought up to date; first editions never overwrite what staff changed since.
    private static func state(_ files: CityFiles, in broker: Broker) async throws {
        try await broker.apply(files.openingFacts.flatMap(\.always), source: folderSource)
        var unknown: [Fact] = []
        for (id, facts) in Dictionary(
            grouping: files.openingFacts.flatMap(\.ifUnknown), by: \.entityID)
        where try await broker.entity(id) == nil {
            unknown += facts
        }
        try await broker.apply(unknown, source: folderSource)
        try await broker.tick()
    }

    private static func pages(
        _ files: CityFiles, _ clock: any CityClock, _ opening: CityOpening
    ) throws -> PageRenderer {
        let faces = files.services.map(\.face)
        // What decides stands before what connects.
        let duties = [ServiceManifest.Ring.field, .edge].flatMap { ring in
            files.services.filter { $0.manifest.ring == ring }.flatMap(\.face.staffMenu)
        }
        // Services of one field share a directory of templates.
        var directories = [TemplateLibrary.ofCityPlatform]
        for directory in faces.compactMap(\.templates) where !directories.contains(directory) {
            directories.append(directory)
        }
        let name = files.configuration.name
        let site = Site(
            cityName: name,
            serviceName: LocalizedText(
                name.japanese + " 防災", easy: name.easyJapanese + " ぼうさい",
                en: name.english + " Disaster Info"),
            isReplay: opening.isReplay, citizenMenu: faces.flatMap(\.citizenMenu),
            staffMenu: duties + [
                CounterPages.menuItem, EntitiesPage.menuItem, TypeFaultsPage.menuItem,
                ConsumersPage.menuItem, NeighboursPage.menuItem, DeliveriesPage.menuItem,
                AuditPage.menuItem, PeoplePages.menuItem,
            ],
            footMenu: (files.configuration.signIn == nil ? [] : [MyPages.menuItem])
                + MenuItem.usualFoot)
        return try PageRenderer(
            site: site, directories: directories,
            texts: [.ofCityPlatform] + faces.map(\.texts), libraries: .installedByDebian,
            clock: clock, isTLS: opening.isBehindTLS)
    }
}
