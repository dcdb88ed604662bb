import CityBroker
import CityIdentity
import CityKernel
import CityPlatform
import CityStore
import CityWeb
import ServiceLifecycle
import Synchronization

/// Tables of every kind, pushed by staff or pulled from their publishers, by mappings that staff keep.
///
/// Plan: データ連携基盤 自治体標準オープンデータセット
final class TableImports: CityService {
    let manifest = ServiceManifest(
        id: "edge.table-imports", ring: .edge,
        title: LocalizedText("表の取り込み", easy: "ひょうを 入れる", en: "Table imports"),
        summary: LocalizedText(
            "CSV・Excel・JSON・GeoJSONの表を、決めた対応のとおりに市のデータにします。",
            easy: "ひょうの データを 市の データに します。",
            en: "Turns tables (CSV, Excel, JSON, GeoJSON) into the city's data by kept mappings."),
        planItems: ["A3", "A7"], uses: [.broker, .store, .identity, .web],
        outside: LocalizedText("表の配信元", easy: "ひょうを くれる ところ", en: "publishers of tables"))

    private struct Parts {
        var desk: ImportDesk
        var puller: SourcePuller
    }

    private let board: SourceBoard
    private let parts = Mutex<Parts?>(nil)

    /// - Parameter board: where feeds tell how they fare.
    init(board: SourceBoard) { self.board = board }

    var migrations: [Migration] { ImportDesk.migrations }

    func prepare(_ city: City) async throws {
        let registry = city.registry
        let desk = ImportDesk(
            store: city.store, broker: city.broker, clock: city.clock,
            cityID: city.configuration.id,
            types: TypeGuard { registry.writer(of: $0)?.title.japanese }, random: .system)
        // With --open-api the city runs for trials on loopback, and so do its publishers.
        let outbound = OutboundGuard.publicOnly
        let puller = SourcePuller(
            desk: desk,
            outbound: OutboundClient(city.isOpenAPI ? outbound.openToLoopback() : outbound),
            feeds: RiverGauges.feeds(of: city), logger: city.logger)
        for feed in puller.feeds {
            board.add(feed.key) { puller.health(of: feed.key).json }
        }
        parts.withLock { $0 = Parts(desk: desk, puller: puller) }
    }

    private var ready: Parts {
        guard let parts = parts.withLock({ $0 }) else {
            preconditionFailure("a city is prepared before it is used")
        }
        return parts
    }

    var face: ServiceFace {
        ServiceFace(staffMenu: [ImportsPage.menuItem])
    }

    func addRoutes(to router: CityRouter, of city: City) throws {
        let parts = ready
        TableDoor(desk: parts.desk, access: .of(city)).addRoutes(to: router)
        let imports = ImportsPage(city: city, desk: parts.desk, puller: parts.puller)
        imports.addRoutes(to: router)
        DraftPage(city: city, desk: parts.desk, imports: imports).addRoutes(to: router)
        SourcePage(city: city, desk: parts.desk, puller: parts.puller, imports: imports)
            .addRoutes(to: router)
    }

    func workers(of city: City) throws -> [any Service] {
        city.configuration.isDemonstration ? [] : [ready.puller]
    }
}
