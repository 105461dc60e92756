using System;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MultiPanel.Data.Migrations.MySql
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
                type: "varchar(300)",
                maxLength: 300,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<string>(
                name: "nodes",
                table: "clusters",
                type: "longtext",
                maxLength: 2147483647,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.CreateTable(
                name: "group_members",
                columns: table => new
                {
                    group_id = table.Column<int>(type: "int", nullable: false),
                    user_id = table.Column<int>(type: "int", nullable: false),
                    company_id = table.Column<int>(type: "int", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_group_members", x => new { x.group_id, x.user_id });
                })
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.CreateTable(
                name: "groups",
                columns: table => new
                {
                    id = table.Column<int>(type: "int", nullable: false)
                        .Annotation("MySql:ValueGenerationStrategy", MySqlValueGenerationStrategy.IdentityColumn),
                    company_id = table.Column<int>(type: "int", nullable: false),
                    name = table.Column<string>(type: "varchar(100)", maxLength: 100, nullable: false, collation: "utf8mb4_general_ci")
                        .Annotation("MySql:CharSet", "utf8mb4"),
                    description = table.Column<string>(type: "varchar(1000)", maxLength: 1000, nullable: true)
                        .Annotation("MySql:CharSet", "utf8mb4"),
                    created_at = table.Column<DateTime>(type: "datetime(6)", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_groups", x => x.id);
                })
                .Annotation("MySql:CharSet", "utf8mb4");

            // Open jobs accepted before have it in their command alone.
            migrationBuilder.Sql(
                "UPDATE jobs SET grows_to = JSON_OBJECT('cores', JSON_EXTRACT(command, '$.changes.cores'), 'memory_mb', JSON_EXTRACT(command, '$.changes.memory_mb'), "
                + "'sockets', JSON_EXTRACT(command, '$.changes.sockets'), 'disk', JSON_EXTRACT(command, '$.disk'), 'disk_gb', JSON_EXTRACT(command, '$.disk_gb')) "
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
