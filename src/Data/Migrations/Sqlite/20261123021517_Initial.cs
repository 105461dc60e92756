using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MultiPanel.Data.Migrations.Sqlite
{
    /// <inheritdoc />
    public partial class Initial : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "clusters",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    endpoints = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    auth = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    identity = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    sealed_secret = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    fingerprint = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: true),
                    vmid_from = table.Column<int>(type: "INTEGER", nullable: false),
                    vmid_to = table.Column<int>(type: "INTEGER", nullable: false),
                    vmid_next = table.Column<int>(type: "INTEGER", nullable: false),
                    company_id = table.Column<int>(type: "INTEGER", nullable: true),
                    version = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    seen_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_clusters", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "companies",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_companies", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "job_histories",
                columns: table => new
                {
                    job_id = table.Column<Guid>(type: "TEXT", nullable: false),
                    events = table.Column<string>(type: "TEXT", maxLength: 2147483647, nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_job_histories", x => x.job_id);
                });

            migrationBuilder.CreateTable(
                name: "jobs",
                columns: table => new
                {
                    id = table.Column<Guid>(type: "TEXT", nullable: false),
                    kind = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    percent = table.Column<double>(type: "REAL", nullable: false),
                    message = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: true),
                    company_id = table.Column<int>(type: "INTEGER", nullable: true),
                    requested_by_id = table.Column<int>(type: "INTEGER", nullable: true),
                    requested_by_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    cluster_id = table.Column<int>(type: "INTEGER", nullable: true),
                    target_type = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    target_id = table.Column<int>(type: "INTEGER", nullable: true),
                    target_name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    priority = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    parent_id = table.Column<Guid>(type: "TEXT", nullable: true),
                    attempt = table.Column<int>(type: "INTEGER", nullable: false),
                    workflow = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    command = table.Column<string>(type: "TEXT", maxLength: 2147483647, nullable: false),
                    steps = table.Column<string>(type: "TEXT", maxLength: 2147483647, nullable: false),
                    error = table.Column<string>(type: "TEXT", maxLength: 2147483647, nullable: true),
                    warnings = table.Column<int>(type: "INTEGER", nullable: false),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    started_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    finished_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    dispatched_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    claimed_by = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    claimed_until = table.Column<DateTime>(type: "TEXT", nullable: true),
                    slot = table.Column<string>(type: "TEXT", maxLength: 1000, nullable: true),
                    revision = table.Column<int>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_jobs", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "templates",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    source_id = table.Column<int>(type: "INTEGER", nullable: true),
                    cluster_id = table.Column<int>(type: "INTEGER", nullable: false),
                    vmid = table.Column<int>(type: "INTEGER", nullable: false),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    os_type = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    cores = table.Column<int>(type: "INTEGER", nullable: true),
                    memory_mb = table.Column<int>(type: "INTEGER", nullable: true),
                    disk_gb = table.Column<double>(type: "REAL", nullable: true),
                    agent_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    cloud_init = table.Column<bool>(type: "INTEGER", nullable: false),
                    shared = table.Column<bool>(type: "INTEGER", nullable: false),
                    company_id = table.Column<int>(type: "INTEGER", nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_templates", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    username = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    email = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    password_hash = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    role = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    company_id = table.Column<int>(type: "INTEGER", nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_users", x => x.id);
                });

            migrationBuilder.CreateTable(
                name: "vms",
                columns: table => new
                {
                    id = table.Column<int>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    cluster_id = table.Column<int>(type: "INTEGER", nullable: false),
                    vmid = table.Column<int>(type: "INTEGER", nullable: true),
                    name = table.Column<string>(type: "TEXT", maxLength: 255, nullable: false),
                    node = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    status = table.Column<string>(type: "TEXT", maxLength: 20, nullable: false),
                    template = table.Column<bool>(type: "INTEGER", nullable: false),
                    company_id = table.Column<int>(type: "INTEGER", nullable: true),
                    cores = table.Column<int>(type: "INTEGER", nullable: true),
                    memory_mb = table.Column<int>(type: "INTEGER", nullable: true),
                    disk_gb = table.Column<double>(type: "REAL", nullable: true),
                    tags = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    addresses = table.Column<string>(type: "TEXT", maxLength: 4000, nullable: false),
                    created_by_job = table.Column<Guid>(type: "TEXT", nullable: true),
                    uuid = table.Column<string>(type: "TEXT", maxLength: 255, nullable: true),
                    created_at = table.Column<DateTime>(type: "TEXT", nullable: false),
                    seen_at = table.Column<DateTime>(type: "TEXT", nullable: true),
                    observed_at = table.Column<DateTime>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vms", x => x.id);
                });

            migrationBuilder.CreateIndex(
                name: "ix_clusters_name",
                table: "clusters",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_companies_name",
                table: "companies",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_jobs_company_id_id",
                table: "jobs",
                columns: new[] { "company_id", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_parent_id",
                table: "jobs",
                column: "parent_id");

            migrationBuilder.CreateIndex(
                name: "ix_jobs_status_id",
                table: "jobs",
                columns: new[] { "status", "id" });

            migrationBuilder.CreateIndex(
                name: "ix_jobs_target_type_target_id",
                table: "jobs",
                columns: new[] { "target_type", "target_id" });

            migrationBuilder.CreateIndex(
                name: "ix_templates_cluster_id_vmid_company_id",
                table: "templates",
                columns: new[] { "cluster_id", "vmid", "company_id" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_users_email",
                table: "users",
                column: "email",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_users_username",
                table: "users",
                column: "username",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_vms_cluster_id_vmid",
                table: "vms",
                columns: new[] { "cluster_id", "vmid" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_vms_company_id_id",
                table: "vms",
                columns: new[] { "company_id", "id" });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "clusters");

            migrationBuilder.DropTable(
                name: "companies");

            migrationBuilder.DropTable(
                name: "job_histories");

            migrationBuilder.DropTable(
                name: "jobs");

            migrationBuilder.DropTable(
                name: "templates");

            migrationBuilder.DropTable(
                name: "users");

            migrationBuilder.DropTable(
                name: "vms");
        }
    }
}
