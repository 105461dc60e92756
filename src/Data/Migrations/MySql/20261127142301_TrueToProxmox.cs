using System;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace MultiPanel.Data.Migrations.MySql
{
    /// <inheritdoc />
    public partial class TrueToProxmox : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "config",
                table: "vms",
                type: "longtext",
                maxLength: 2147483647,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<string>(
                name: "guest",
                table: "vms",
                type: "longtext",
                maxLength: 2147483647,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<DateTime>(
                name: "guest_due_at",
                table: "vms",
                type: "datetime(6)",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "guest_tries",
                table: "vms",
                type: "int",
                nullable: false,
                defaultValue: 0);

            migrationBuilder.AddColumn<string>(
                name: "ha_state",
                table: "vms",
                type: "varchar(255)",
                maxLength: 255,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<int>(
                name: "linked_to_id",
                table: "vms",
                type: "int",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "lock",
                table: "vms",
                type: "varchar(255)",
                maxLength: 255,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<string>(
                name: "pool",
                table: "vms",
                type: "varchar(255)",
                maxLength: 255,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<string>(
                name: "qemu_state",
                table: "vms",
                type: "varchar(255)",
                maxLength: 255,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<int>(
                name: "running_cores",
                table: "vms",
                type: "int",
                nullable: true);

            migrationBuilder.AddColumn<int>(
                name: "running_memory_mb",
                table: "vms",
                type: "int",
                nullable: true);

            migrationBuilder.AddColumn<DateTime>(
                name: "started_at",
                table: "vms",
                type: "datetime(6)",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "pools",
                table: "companies",
                type: "longtext",
                maxLength: 2147483647,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.AddColumn<string>(
                name: "pool",
                table: "clusters",
                type: "varchar(255)",
                maxLength: 255,
                nullable: true)
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.CreateTable(
                name: "installations",
                columns: table => new
                {
                    id = table.Column<int>(type: "int", nullable: false),
                    key = table.Column<string>(type: "varchar(12)", maxLength: 12, nullable: false)
                        .Annotation("MySql:CharSet", "utf8mb4")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_installations", x => x.id);
                })
                .Annotation("MySql:CharSet", "utf8mb4");

            migrationBuilder.CreateIndex(
                name: "ix_vms_guest_due_at",
                table: "vms",
                column: "guest_due_at");

            migrationBuilder.CreateIndex(
                name: "ix_vms_linked_to_id",
                table: "vms",
                column: "linked_to_id");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "installations");

            migrationBuilder.DropIndex(
                name: "ix_vms_guest_due_at",
                table: "vms");

            migrationBuilder.DropIndex(
                name: "ix_vms_linked_to_id",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "config",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "guest",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "guest_due_at",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "guest_tries",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "ha_state",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "linked_to_id",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "lock",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "pool",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "qemu_state",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "running_cores",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "running_memory_mb",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "started_at",
                table: "vms");

            migrationBuilder.DropColumn(
                name: "pools",
                table: "companies");

            migrationBuilder.DropColumn(
                name: "pool",
                table: "clusters");
        }
    }
}
