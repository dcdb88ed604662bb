import CityKernel
package import CityWeb
package import Foundation

extension Texts {
    /// Words of the platform's own pages.
    package static var ofCityPlatform: Texts {
        [
            "flowTitle": .init("データの流れ", easy: "データの ながれ", en: "How data flows"),
            "flowLead": .init(
                "だれがデータを市に渡し、市が何に使い、だれが見るか。この図は、動いているプログラムの登録簿から描いています。",
                easy: "だれの データを、市が 何に 使うか。この 絵は、動いて いる プログラムから かいて います。",
                en: "Who gives data to the city, what it is used for and who sees it. "
                    + "This picture is drawn from the register of the running program."),
            "flowPicture": .init("データの流れの図", easy: "データの ながれの 絵", en: "Picture of the flow"),
            "flowKey": .init(
                "点線の枠は市の外とのつなぎ目、青い枠は市のサービス、丸い枠はデータの種類。矢印は書く人から読む人へ。",
                easy: "点線は 市の 外との つなぎ、青は 市の サービス、丸は データです。",
                en: "Dashed: link to the outside. Blue: service of the city. "
                    + "Rounded: kind of data. Arrows go from writer to reader."),
            "flowServices": .init("サービスごとの説明", easy: "サービスの せつめい", en: "Service by service"),
            "flowReads": .init("読むデータ", easy: "読む データ", en: "Reads"),
            "flowWrites": .init("書くデータ", easy: "書く データ", en: "Writes"),
            "flowOutside": .init("市の外", easy: "市の 外", en: "Outside the city"),
            "flowPlan": .init("計画の項目", easy: "計画の 番号", en: "Plan item"),
            "flowPersonal": .init("個人情報", easy: "あなたの じょうほう", en: "Personal data"),
            "flowNoPersonal": .init("使いません", easy: "使いません", en: "none"),
            "flowOpenData": .init("オープンデータとして公開", easy: "だれでも 使える", en: "released as open data"),
        ]
    }
}

extension TemplateLibrary {
    /// Templates of the platform's own pages.
    package static var ofCityPlatform: URL { Bundle.module.bundleURL.appending(path: "Templates") }
}
