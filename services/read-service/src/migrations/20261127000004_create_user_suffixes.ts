import type { Knex } from "knex";

/**
 * Each suffix of each user's name and display name, folded and cut to some characters: whatever part is searched for is
 * how one of them begins, so that a page of hits is one range of the key. Beginnings of words come first.
 */
export async function up(db: Knex): Promise<void> {
  await db.schema.createTable("user_suffixes", (table) => {
    table.charset("utf8mb4");
    table.collate("utf8mb4_bin");
    table.bigInteger("application_id").unsigned().notNullable();
    table.boolean("is_inner").notNullable();
    // 24 characters of UTF-8. As text, "ann" would be as "ann ", and whoever looks for the one would read all of the other.
    table.specificType("suffix", "varbinary(96)").notNullable();
    table.integer("number").unsigned().notNullable();
    table.specificType("position", "smallint unsigned").notNullable();
    table.primary(["application_id", "is_inner", "suffix", "number", "position"]);
    table.index(["application_id", "number"], "user_suffixes_application_id_number");
  });
}

export async function down(db: Knex): Promise<void> {
  await db.schema.dropTable("user_suffixes");
}
