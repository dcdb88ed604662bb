package import CityStore
package import Foundation

/// Which city to open, and where its data lies.
package struct CityOpening: Sendable {
    package var cityFolder: URL
    package var dataFolder: URL
    /// `nil` keeps a SQLite file in `dataFolder`.
    package var databaseURL: String?
    package var durability: StoreConfiguration.Durability
    package var isOpenAPI = false
    /// Readers come by https, which a proxy in front ends: cookies and headers are made for that.
    package var isBehindTLS = false
    /// The city lives on a recorded day.
    package var isReplay = false
    package var host = "127.0.0.1"
    /// `nil` takes the port of `city.yaml`; 0 a free one.
    package var port: Int?

    package init(
        cityFolder: URL, dataFolder: URL, databaseURL: String? = nil,
        durability: StoreConfiguration.Durability = .full
    ) {
        self.cityFolder = cityFolder
        self.dataFolder = dataFolder
        self.databaseURL = databaseURL
        self.durability = durability
    }

    /// A tenant's database.
    /// - Parameters:
    ///   - cityID: names the PostgreSQL schema.
    ///   - tenant: the number of a tenant beside the city itself.
    package func storeConfiguration(cityID: String, tenant: Int64? = nil) -> StoreConfiguration {
        let location: StoreLocation
        if let databaseURL {
            let schema =
                "city_" + cityID.replacing("-", with: "_") + (tenant.map { "_t\($0)" } ?? "")
            location = .postgres(url: databaseURL, schema: schema)
        } else {
            let file = tenant.map { "tenant-\($0).sqlite" } ?? "city.sqlite"
            location = .sqlite(path: dataFolder.appending(path: file).path)
        }
        return StoreConfiguration(location: location, durability: durability)
    }
}
