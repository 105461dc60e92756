using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MultiPanel.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class GrowthNodesGroups : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "grows_to",
                table: "jobs",
                type: "TEXT",
                maxLength: 300,
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "nodes",
                table: "clusters",
                type: "TEXT",
                maxLength: 2147483647,
                nullable: true);

            migrationBuilder.CreateTable(
                name: "group_members",
                columns: table => new
                {
                    group_id = table.Column<int>(type: "INTEGER", nullable: false),
                    user_id = table.Column<int>(type: "INTEGER", nullable: false),
                    company_id = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_group_members", x => new { x.group_id, x.user_id });
                });

            migrationBuilder.CreateTable(
                name: "groups",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    company_id = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 100, nullable: false, collation: "NOCASE"),
                    description = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_groups", x => x.id);
                });

            // Open jobs accepted before have it in their command alone.
            migrationBuilder.Sql(
                "UPDATE jobs SET grows_to = json_object('cores', json_extract(command, '$.changes.cores'), 'memory_mb', json_extract(command, '$.changes.memory_mb'), "
                + "'sockets', json_extract(command, '$.changes.sockets'), 'disk', json_extract(command, '$.disk'), 'disk_gb', json_extract(command, '$.disk_gb')) "
                + "WHERE finished_at IS NULL AND kind IN ('vm.reconfigure', 'vm.resize')");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_company_id_grows_to",
                table: "jobs",
                columns: new[] { "company_id", "grows_to" });

            migrationBuilder.CreateIndex(
                name: "ix_group_members_user_id",
                table: "group_members",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_groups_company_id_name",
                table: "groups",
                columns: new[] { "company_id", "name" },
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "group_members");

            migrationBuilder.DropTable(
                name: "groups");

            migrationBuilder.DropIndex(
                name: "ix_jobs_company_id_grows_to",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "grows_to",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "nodes",
                table: "clusters");
        }
    }
}
