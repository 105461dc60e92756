using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MultiPanel.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Engine : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "job_histories");

            migrationBuilder.DropIndex(
                name: "ix_jobs_finished_at",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_jobs_parent_id",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_jobs_target_type_target_id",
                table: "jobs");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_backlog",
                table: "jobs",
                columns: new[] { "status", "dispatched_at", "company_id", "cluster_id", "priority", "queued_at" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_cluster_id_status",
                table: "jobs",
                columns: new[] { "cluster_id", "status" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_company_id_kind_status_id",
                table: "jobs",
                columns: new[] { "company_id", "kind", "status", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_company_id_status_id",
                table: "jobs",
                columns: new[] { "company_id", "status", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_finished_at_id",
                table: "jobs",
                columns: new[] { "finished_at", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_kind_status_id",
                table: "jobs",
                columns: new[] { "kind", "status", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_parent_id_status",
                table: "jobs",
                columns: new[] { "parent_id", "status" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_target_id_target_type_finished_at",
                table: "jobs",
                columns: new[] { "target_id", "target_type", "finished_at" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_jobs_backlog",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_jobs_cluster_id_status",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_jobs_company_id_kind_status_id",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_jobs_company_id_status_id",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_jobs_finished_at_id",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_jobs_kind_status_id",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_jobs_parent_id_status",
                table: "jobs");

            migrationBuilder.DropIndex(
                name: "ix_jobs_target_id_target_type_finished_at",
                table: "jobs");

            migrationBuilder.CreateTable(
                name: "job_histories",
                columns: table => new
                {
                    job_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false, defaultValue: 1),
                    events = table.Column<string>(type: "TEXT", maxLength: 2147483647, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_job_histories", x => new { x.job_id, x.attempt });
                });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_finished_at",
                table: "jobs",
                column: "finished_at");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_parent_id",
                table: "jobs",
                column: "parent_id");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_target_type_target_id",
                table: "jobs",
                columns: new[] { "target_type", "target_id" });
        }
    }
}
