using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MultiPanel.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class CloneSources : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<int>(
                name: "source_id",
                table: "jobs",
                type: "INTEGER",
                nullable: true);

            // Jobs accepted before have it in their command alone; open ones are still waited for, ended ones can be retried.
            migrationBuilder.Sql(
                "UPDATE jobs SET source_id = json_extract(command, '$.source_id') WHERE workflow IN ('clone-vm', 'verify-agent')");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_source_id_finished_at",
                table: "jobs",
                columns: new[] { "source_id", "finished_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_jobs_source_id_finished_at",
                table: "jobs");

            migrationBuilder.DropColumn(
                name: "source_id",
                table: "jobs");
        }
    }
}
